"""The text of a PDF and how many pages it has; what cannot be read says so in a sentence."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from allegations.links.text import fit
from allegations.links.texts.blocks import MOST_CHARACTERS, Block
from allegations.links.texts.languages import tag
from allegations.links.texts.metadata import Metadata, cleaned

MOST_PAGES = 1_500  # whose text is read
EDGES = 2  # lines on top of a page and under it that may be the same on each
REPEATED = 0.3  # share of the pages from which such a line is not text
SHORT_LINE = 0.8  # of the widest line; a shorter one may end a paragraph
DIGITS = re.compile(r"\d+")
PAGE_NUMBER = re.compile(
    r"(?:page|seite|página|p\.|صفحة|第)?\s{0,3}[-–—]?\s{0,3}\d{1,4}\s{0,3}[-–—]?\s{0,3}"
    r"(?:页|頁|(?:of|sur|de|von|/|من)\s{0,3}\d{1,4})?",
    re.IGNORECASE,
)
ENDS = (".", "!", "?", ":", "…", "؟", "۔", "。", "！", "？", "”", "»", '"')
BULLET = re.compile(r"[•‣▪◦–—-]\s|\(?\d{1,3}[.)]\s|\(?[a-z]\)\s")
HAN_END = re.compile("[\u3040-\u30ff\u3400-\u9fff，、；]\\Z")


class PdfUnparsed(Exception):
    """The document cannot be read; the message is a sentence for a reviewer."""


@dataclass(frozen=True)
class Document:
    """The text of a document, its pages counted, and what it says of itself; `cut` when not all of it was read."""

    blocks: tuple[Block, ...]
    pages: int
    metadata: Metadata
    cut: bool = False


def is_pdf(data: bytes) -> bool:
    """Tell whether `data` begins as a PDF does (within its first 1,024 bytes, as readers allow)."""
    return b"%PDF-" in data[:1024]


def read_pdf(data: bytes) -> Document:
    """Read a PDF; raise `PdfUnparsed` for one that is broken or locked."""
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise PdfUnparsed("The document is locked with a password.")
        pages = len(reader.pages)
        texts, cut = _texts(reader, min(pages, MOST_PAGES))
        found = _metadata(reader)
    except PdfUnparsed:
        raise
    except MemoryError:
        raise
    except PyPdfError as error:
        raise PdfUnparsed(f"The document is no PDF that can be read ({cleaned(str(error), 120)}).") from error
    except Exception as error:  # a broken document raises whatever its wrong part leads to
        raise PdfUnparsed("The document is damaged; its text cannot be read.") from error
    if not pages:
        raise PdfUnparsed("The document has no pages.")
    return Document(tuple(_blocks(texts)), pages, found, cut or pages > MOST_PAGES)


def _texts(reader: PdfReader, pages: int) -> tuple[list[str], bool]:
    """Return the text of each page, and whether some was left out; a damaged page is, unless all of them are."""
    texts: list[str] = []
    room, error, cut = MOST_CHARACTERS, None, False
    for number in range(pages):
        try:
            text = fit(reader.pages[number].extract_text())
        except MemoryError:
            raise
        except Exception as damage:  # what a damaged page raises depends on its damage
            error, cut = damage, True
            continue
        texts.append(text[:room])
        room -= len(text)
        if room < 0:
            return texts, True
    if error and not texts:
        raise error
    return texts, cut


def _metadata(reader: PdfReader) -> Metadata:
    try:
        said = reader.metadata
        language = reader.root_object.get("/Lang")
        return Metadata(
            title=cleaned(str((said and said.title) or ""), 500),
            authors=tuple(filter(None, [cleaned(str((said and said.author) or ""), 200)])),
            language=tag(str(language or "")),
        )
    except MemoryError:
        raise
    except Exception:  # the text is there, whatever is wrong with what the file says of itself
        return Metadata()


def _blocks(texts: Iterable[str]) -> Iterator[Block]:
    """Yield paragraphs, joined over the ends of lines and pages, without page numbers and running titles."""
    pages = [[" ".join(line.split()) for line in text.split("\n")] for text in texts]
    repeated = _repeated(pages)
    short = SHORT_LINE * max((len(line) for page in pages for line in page), default=0)
    parts: list[str] = []
    for page in pages:
        for line in _own_lines(page, repeated):
            if parts and (not line or _begins(parts[-1], line, short)):
                yield _paragraph(parts)
                parts = []
            if line:
                parts.append(line)
        if parts and parts[-1].endswith(ENDS):
            yield _paragraph(parts)
            parts = []
    if parts:
        yield _paragraph(parts)


def _own_lines(page: list[str], repeated: frozenset[str]) -> list[str]:
    filled = [n for n, line in enumerate(page) if line]
    edge = {*filled[:EDGES], *filled[-EDGES:]}
    dropped = {n for n in edge if _running(page[n]) in repeated or PAGE_NUMBER.fullmatch(page[n])}
    return [line for n, line in enumerate(page) if n not in dropped]


def _repeated(pages: list[list[str]]) -> frozenset[str]:
    """Return the lines that stand on top of or under many pages, the number of the page apart."""
    filled = [[line for line in page if line] for page in pages]
    counts = Counter(line for page in filled for line in {_running(line) for line in page[:EDGES] + page[-EDGES:]})
    return frozenset(line for line, count in counts.items() if count > 2 and count > REPEATED * len(pages))


def _running(line: str) -> str:
    return DIGITS.sub("#", line)


def _begins(before: str, line: str, short: float) -> bool:
    """Tell whether `line` begins a new paragraph: a list goes on, or the line before ended early and with a stop."""
    return bool(BULLET.match(line)) or (before.endswith(ENDS) and len(before) < short)


def _paragraph(lines: list[str]) -> Block:
    """Return the paragraph of these lines, with words put together that the end of a line parted."""
    pieces: list[str] = []
    for line in lines:
        if pieces and pieces[-1].endswith("-") and pieces[-1][-2:-1].isalpha() and line[:1].islower():
            pieces[-1] = pieces[-1][:-1]
        elif pieces and not HAN_END.search(pieces[-1][-1:]):
            pieces.append(" ")
        pieces.append(line)
    return Block("paragraph", "".join(pieces))
