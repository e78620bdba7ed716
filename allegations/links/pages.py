"""What a page says: title, visible text and forms, read in one pass so that no markup can make it slow."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from allegations.links.exchange import KEPT_BYTES, Exchange
from allegations.links.text import fit

# Their contents are not markup; the title's is wanted, the others' is not.
RAW_ELEMENTS = frozenset({"script", "style", "template", "title", "textarea"})
TAG_NAME = re.compile(r"/?([a-z][a-z0-9]*)")
CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})")
# Python's other codecs are not for text, and some are slow on purpose-made input.
TEXT_CODECS = re.compile(
    r"(utf-?(8|16)(le|be)?|(iso-?8859|latin|windows|cp|koi8|mac)[\w-]*|gb\w+|big5|euc[-_]\w+|shift[-_]jis)\Z"
)


@dataclass(frozen=True)
class Page:
    """A page as a visitor sees it. `markup` is in lower case; `is_html` is False for PDFs, images and the like."""

    title: str = ""
    text: str = ""
    markup: str = ""
    is_html: bool = False
    asks_password: bool = False


def read_page(exchange: Exchange) -> Page:
    """Read the body of an exchange; at most its first `KEPT_BYTES`."""
    content_type = exchange.headers.get("content-type", "").lower()
    head = exchange.body[:KEPT_BYTES]
    if not ("html" in content_type or (not content_type and head.lstrip()[:1] == b"<")):
        return Page()
    markup = _decoded(head, content_type)
    title, pieces, asks_password = "", [], False
    for kind, piece in _pieces(markup):
        if kind == "title":
            title = title or _plain(piece)
        elif kind == "text":
            pieces.append(piece)
        elif "password" in piece and TAG_NAME.match(piece) and piece.startswith("input"):
            asks_password = True
    return Page(title, _plain(" ".join(pieces)), markup.lower(), True, asks_password)


def title_of(exchange: Exchange) -> str | None:
    """Return the title of the page that came, or None when it has none."""
    return read_page(exchange).title or None


def folded(text: str) -> str:
    """Return `text` in lower case with plain apostrophes, for looking up phrases.

    >>> folded("Cette page n’existe PAS")
    "cette page n'existe pas"
    """
    return text.replace("’", "'").casefold()


def similarity(title: str, text: str, known_title: str | None, known_text: str | None) -> float | None:
    """Tell from 0 to 1 how alike two pages are by the better of title and text; None when nothing is known.

    >>> similarity("Minister charged | News", "", "Minister charged", None)
    0.8
    >>> similarity("Home", "", None, None) is None
    True
    """
    alike = [_overlap(_words(title), _words(known_title))] if known_title else []
    if known_text:
        alike.append(_overlap(_shingles(text), _shingles(known_text)))
    return max(alike, default=None)


def _overlap(left: set[str], right: set[str]) -> float:
    """Return Dice's coefficient of two sets."""
    return 2 * len(left & right) / (len(left) + len(right)) if left or right else 0.0


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _shingles(text: str) -> set[str]:
    words = re.findall(r"\w+", text.casefold())
    return {" ".join(words[at : at + 3]) for at in range(max(len(words) - 2, 1))}


def _decoded(data: bytes, content_type: str) -> str:
    found = CHARSET.search(content_type) or CHARSET.search(data[:2048].decode("latin-1").lower())
    name = found[1] if found and TEXT_CODECS.match(found[1]) else "utf-8"
    try:
        return data.decode(name, "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _plain(text: str) -> str:
    return fit(" ".join(html.unescape(text).split()))


def _pieces(markup: str) -> Iterator[tuple[str, str]]:
    """Yield (“text”, “title” or “tag”, its content); every search starts where the last one ended."""
    lowered, at = markup.lower(), 0
    while (opened := markup.find("<", at)) >= 0:
        yield "text", markup[at:opened]
        if markup[opened + 1 : opened + 2].isspace():  # “1 < 2” is no tag
            yield "text", "<"
            at = opened + 1
            continue
        closer = "-->" if markup.startswith("<!--", opened) else ">"
        closed = markup.find(closer, opened + 1)
        if closed < 0:
            return
        tag, at = lowered[opened + 1 : closed], closed + len(closer)
        yield "tag", tag
        name = TAG_NAME.match(tag)
        if name and name[1] in RAW_ELEMENTS and tag[0] != "/":
            ends = lowered.find(f"</{name[1]}", at)
            if name[1] == "title":
                yield "title", markup[at : ends if ends >= 0 else at + 300]
            if ends < 0:
                return
            at = ends
    yield "text", markup[at:]
