"""What a page says: title, prose, visible text and forms, each read once, as far as it is asked for.

What is inside scripts, styles and comments is not read. The title apart, all is in lower case.
"""

from __future__ import annotations

import html
import re
from functools import cached_property, lru_cache

from allegations.links.charsets import decoded
from allegations.links.exchange import KEPT_BYTES, Exchange
from allegations.links.markup import LONGEST_TITLE, Replayed, Shown, blocks, without_surroundings
from allegations.links.sketch import TELLING, prose, sketched
from allegations.links.text import fit

LONGEST_TEXT = 20_000
# No longer number than any letter has: Python refuses to read very long ones.
ENTITY = re.compile(r"&(?:#\d{1,7}(?!\d)|#x[\da-f]{1,6}(?![\da-f])|[a-z][\da-z]{1,31});?", re.IGNORECASE)
PASSWORD = re.compile(r"<input\b[^<>]{0,400}?\btype\s{0,9}=\s{0,9}[\"']?password")


class Page:
    """A page as a visitor sees it; one without markup (a PDF, an image) is empty and `is_html` is False."""

    def __init__(self, source: str = "", is_html: bool = False) -> None:
        self.is_html = is_html
        # “İ” alone grows in lower case; without it a place in the one string is the same place in the other.
        self._source = source.replace("İ", "I")
        self.markup = self._source.lower()
        self._sized, self._size = 0, -1

    @cached_property
    def title(self) -> str:
        """The title as it is written, or nothing."""
        return fit(" ".join(_letters(self._shown.title()[:LONGEST_TITLE]).split())) if self.is_html else ""

    @cached_property
    def folded_title(self) -> str:
        """The title in lower case with plain apostrophes, for looking up phrases."""
        return folded(self.title)

    @cached_property
    def blocks(self) -> Replayed:
        """The first blocks of prose, leaving out what surrounds them."""
        unspaced = not self.markup.isascii() and any(letter in self.markup for letter in TELLING)
        shown = blocks(without_surroundings(self._shown.pieces)) if self.is_html else iter(self.markup.split("\n\n"))
        return Replayed(prose(shown, unspaced))

    def says(self, least: int) -> bool:
        """Tell whether there are so many bytes of prose: scripts that need fewer letters take more bytes for each."""
        while self._size < least:
            block = self.blocks.at(self._sized)
            if block is None:
                return False
            self._sized += 1
            self._size += 1 + len(_lower_letters(block).encode("utf-8", "replace"))
        return True

    @cached_property
    def prose(self) -> str:
        """The first words of what the page says."""
        return _lower_letters(" ".join(self.blocks))

    @cached_property
    def sketch(self) -> tuple[int, ...]:
        """The sketch of the prose; empty where there is too little."""
        return sketched(self.prose)

    @cached_property
    def text(self) -> str:
        """All visible text, as far as `LONGEST_TEXT`, with plain apostrophes."""
        pieces, length = [], 0
        for block in blocks(self._shown.pieces) if self.is_html else self.markup.split("\n\n"):
            pieces.append(block)
            length += len(block)
            if length > LONGEST_TEXT:
                break
        shown = _lower_letters(" ".join(pieces)[:LONGEST_TEXT])
        return fit(" ".join(shown.split())).replace("’", "'")

    @cached_property
    def asks_password(self) -> bool:
        """Whether there is a field for a password."""
        return "password" in self.markup and bool(PASSWORD.search(self.markup))

    @cached_property
    def _shown(self) -> Shown:
        return Shown(self._source, self.markup)


def read_page(exchange: Exchange) -> Page:
    """Read the body of an exchange; at most its first `KEPT_BYTES`."""
    header = exchange.headers.get("content-type", "")
    content_type, head = header.lower(), exchange.body[:KEPT_BYTES]
    is_html = "html" in content_type or (not content_type and head.lstrip()[:1] == b"<")
    if head.startswith(b"%PDF-") or not (is_html or content_type.startswith("text/plain")):
        return Page()
    return Page(decoded(head, header, exchange.final_url), is_html)


def title_of(exchange: Exchange) -> str | None:
    """Return the title of the page that came, or None when it has none."""
    return read_page(exchange).title or None


def folded(text: str) -> str:
    """Return `text` in lower case with plain apostrophes, for looking up phrases.

    >>> folded("Cette page n’existe PAS")
    "cette page n'existe pas"
    """
    return text.replace("’", "'").replace("İ", "i").lower()


def same_words(left: str, right: str) -> float:
    """Return from 0 to 1 how many words two texts share (Dice’s coefficient).

    >>> same_words("Minister charged | News", "Minister charged")
    0.8
    """
    ours, theirs = (set(re.findall(r"\w+", text.casefold())) for text in (left, right))
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours or theirs else 0.0


def _letters(text: str) -> str:
    """Return `text` with letters in place of character references."""
    return ENTITY.sub(_letter, text).replace("\xa0", " ") if "&" in text else text


def _lower_letters(text: str) -> str:
    return _letters(text).lower() if "&" in text else text


def _letter(found: re.Match[str]) -> str:
    return _named(found[0])


@lru_cache(4096)
def _named(reference: str) -> str:
    return html.unescape(reference)
