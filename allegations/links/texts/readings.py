"""Reading what a source sent: from bytes to text, what it says of itself, and what changed in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial

from allegations.links.charsets import decoded
from allegations.links.text import fit
from allegations.links.texts.blocks import Text, capped
from allegations.links.texts.change import Change, Level, compare
from allegations.links.texts.folding import simhash, text_sha256
from allegations.links.texts.learning import Learnt, Lesson, learn
from allegations.links.texts.maintext import main_text
from allegations.links.texts.metadata import Metadata, metadata
from allegations.links.texts.pdf import PdfUnparsed, is_pdf, read_pdf
from allegations.links.texts.plain import all_blocks, all_lines, lines_of
from allegations.links.texts.quoted import passages_of
from allegations.links.texts.quotes import Passages, Standing
from allegations.links.texts.walking import parse

READER = "texts 1"  # raised when the same bytes would be read differently
HTML = frozenset({"text/html", "application/xhtml+xml", "application/xml", "text/xml", "application/vnd.wap.xhtml+xml"})
UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream", "unknown/unknown"})
HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<title", b"<meta", b"<!--", b"<p", b"<div", b"<?xml")


class Failure(StrEnum):
    """Why something could not be read or compared."""

    NONE = ""
    MEMORY = "MEMORY"
    TIME = "TIME"
    CRASHED = "CRASHED"
    UNREADABLE = "UNREADABLE"
    PDF_UNPARSED = "PDF_UNPARSED"


@dataclass(frozen=True)
class Asked:
    """What a copy is asked: how it differs from the baseline, where there is one, and whether these quotes stand in it.

    `baseline_sha256` is the `text_sha256` of the baseline as it was read; without it, it is computed anew. `volatile`
    are places whose lines change with every visit; `learns` asks to learn more of them, from a copy that was taken a
    few seconds after the baseline.
    """

    baseline: Text | None = None
    quotes: Sequence[str] = ()
    names: Sequence[str] = ()
    language: str = ""
    baseline_sha256: str = ""
    volatile: Sequence[Learnt] = ()
    learns: bool = False


@dataclass(frozen=True)
class Reading:
    """What was read. With a `failure`, `sentence` says it to a reviewer and there is no text.

    `text_sha256` is that of the steady text, `simhash` a signed 64-bit integer (None where the text is that of the
    baseline), `change` the comparison with a baseline, where one was given. `quotes_absent` are places in the `quotes`
    that were asked for: those that stand nowhere on the page, neither in its main text nor beside it. `lesson` is what
    was learnt, where that was asked for.
    """

    text: Text = field(default_factory=Text)
    metadata: Metadata = field(default_factory=Metadata)
    text_sha256: str = ""
    simhash: int | None = None
    change: Change | None = None
    quotes_absent: tuple[int, ...] = ()
    lesson: Lesson | None = None
    failure: Failure = Failure.NONE
    sentence: str = ""


def read(
    data: bytes, content_type: str = "", url: str = "", *, content_language: str = "", asked: Asked | None = None
) -> Reading:
    """Read `data` in this process, however long it takes; `sandbox.Reader` does it under limits."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        text, said, markup = _parsed(data, content_type, url, content_language)
    except PdfUnparsed as error:
        return Reading(failure=Failure.PDF_UNPARSED, sentence=str(error))
    except Unreadable as error:
        return Reading(failure=Failure.UNREADABLE, sentence=str(error))
    text = replace(text, title=said.title, language=said.language, free=said.free, payload_sha256=digest)
    around = partial(_visible, markup)
    absent = _absent(text, asked.quotes, around) if asked else ()
    if asked is None or asked.baseline is None:
        return Reading(text, said, text_sha256(text), simhash(text), quotes_absent=absent)
    lesson = learn(asked.baseline, text, quotes=asked.quotes, names=asked.names) if asked.learns else None
    change = compare(
        asked.baseline,
        text,
        quotes=asked.quotes,
        names=asked.names,
        language=asked.language,
        around=around,
        before_sha256=asked.baseline_sha256,
        volatile=(*asked.volatile, *lesson.places) if lesson else asked.volatile,
    )
    same = change.level in (Level.UNCHANGED, Level.COSMETIC)
    return Reading(text, said, change.text_sha256, None if same else simhash(text), change, absent, lesson)


def _absent(text: Text, quotes: Sequence[str], around: Callable[[], str]) -> tuple[int, ...]:
    """Return the places of the quotes that stand neither in the title and the main text nor beside it."""
    if not quotes:
        return ()
    inside = passages_of(text)
    absent = [place for place, quote in enumerate(quotes) if inside.standing(quote) is Standing.MISSING]
    beside = Passages(around()) if absent else inside
    return tuple(place for place in absent if beside.standing(quotes[place]) is Standing.MISSING)


class Unreadable(Exception):
    """What came is neither a page nor a document; the message is a sentence for a reviewer."""


def _parsed(data: bytes, content_type: str, url: str, content_language: str) -> tuple[Text, Metadata, str]:
    """Return text and metadata, and the markup of a page."""
    media = content_type.partition(";")[0].strip().lower()
    if media in ("application/pdf", "application/x-pdf") or (
        is_pdf(data) and (media in UNSAID or data.startswith(b"%PDF-"))
    ):
        document = read_pdf(data)
        return Text(document.blocks, pages=document.pages, cut=document.cut), document.metadata, ""
    if media in HTML or (media in UNSAID and data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(HTML_STARTS)):
        return _page(decoded(data, content_type, url), url, content_language)
    if media.startswith("text/") or media in ("application/json", "application/ld+json"):
        blocks, cut = capped(lines_of(fit(decoded(data, content_type, url))))
        return Text(blocks, cut=cut), Metadata(), ""
    raise Unreadable(f"What came is neither a page nor a document ({media[:80] or 'of no stated kind'}).")


def _page(markup: str, url: str, content_language: str) -> tuple[Text, Metadata, str]:
    root = parse(markup)
    if root is None:  # too large or too deep for a tree: all of its text, and nothing that it says of itself
        blocks, cut = capped(all_blocks(fit(markup)))
        return Text(blocks, cut=cut), Metadata(), markup
    blocks, cut = capped(main_text(root))
    return Text(blocks, cut=cut), metadata(root, url, content_language), markup


def _visible(markup: str) -> str:
    return "\n".join(all_lines(markup))
