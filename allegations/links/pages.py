"""What a page says: title, prose, visible text and forms, each read once and only when it is asked for.

No markup can make reading slow: every search starts where the last one ended, and every pattern is linear. What is
inside scripts, styles and comments is not read. The title apart, all is in lower case.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from allegations.links.charsets import decoded
from allegations.links.exchange import KEPT_BYTES, Exchange
from allegations.links.sketch import TELLING, prose, sketched
from allegations.links.text import fit

LONGEST_TITLE = 300
LONGEST_TEXT = 20_000
PIECE = 2_000  # characters of markup that are read at once, until there is prose enough
# The first have contents that are not markup, or not shown, and that reach to the end of the page where they have no
# end (WHATWG HTML); the others end what surrounds a page’s own content.
HIDDEN_OR_SURROUNDING = re.compile(r"<(?:(!--|(?:script|style|template|title|textarea)\b)|/(nav|aside|footer)\b)")
INLINE_NAMES = (
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|img|ins|kbd|mark|q|s|samp|small|span|strike|strong"
    "|sub|sup|time|tt|u|var|wbr"
)
# What ends a block of text: every tag but those inside sentences, and the gap between two links that follow each other.
BLOCK_END = re.compile(rf"</a>[^\w<>]{{0,12}}<a\b[^>]*(?:>|\Z)|<(?!/?(?:{INLINE_NAMES})[\s/>])[a-z/!?][^>]*(?:>|\Z)")
TAG = re.compile(r"<[a-z/!?][^>]*(?:>|\Z)")  # “1 < 2” is no tag
CUT = "\x1f"  # counts as white space
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
        self._read: list[str] = []
        self._size = -1

    @cached_property
    def title(self) -> str:
        """The title as it is written, or nothing."""
        return fit(" ".join(_letters(self._parts.title[:LONGEST_TITLE]).split()))

    @cached_property
    def folded_title(self) -> str:
        """The title in lower case with plain apostrophes, for looking up phrases."""
        return folded(self.title)

    @property
    def blocks(self) -> list[str]:
        """The first blocks of prose, leaving out what surrounds them."""
        return list(self.each_block())

    def each_block(self) -> Iterator[str]:
        """Yield the first blocks of prose; the page is read as far as they are asked for."""
        number = 0
        while number < len(self._read) or self._read_on():
            yield self._read[number]
            number += 1

    def says(self, least: int) -> bool:
        """Tell whether there are so many bytes of prose: scripts that need fewer letters take more bytes for each."""
        while self._size < least:
            if not self._read_on():
                return False
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
        for block in self._blocks(self._parts.markup):
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
    def _parts(self) -> _Parts:
        return _split(self._source, self.markup) if self.is_html else _Parts(self.markup)

    def _read_on(self) -> bool:
        """Read the next block of prose; tell whether there is one."""
        block = next(self._unread, None)
        if block is None:
            return False
        self._read.append(block)
        self._size += 1 + len(_lower_letters(block).encode("utf-8", "replace"))
        return True

    @cached_property
    def _unread(self) -> Iterator[str]:
        core = _without_surroundings(self._parts)
        unspaced = not core.isascii() and any(letter in core for letter in TELLING)
        return prose(self._blocks(core), unspaced)

    def _blocks(self, markup: str) -> Iterable[str]:
        return _blocks(markup) if self.is_html else markup.split("\n\n")


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


class _Parts(NamedTuple):
    """The markup without what is hidden, the title as it came, and where in the markup which surroundings end."""

    markup: str
    title: str = ""
    surroundings: Sequence[tuple[str, int]] = ()


def _split(source: str, markup: str) -> _Parts:
    pieces: list[str] = []
    surroundings: list[tuple[str, int]] = []
    title, at, kept, length = "", 0, 0, 0
    while found := HIDDEN_OR_SURROUNDING.search(markup, at):
        hidden, surrounding = found.groups()
        if surrounding:
            surroundings.append((surrounding, length + found.start() - kept))
            at = found.end()
            continue
        pieces.append(markup[kept : found.start()])
        length += found.start() - kept
        end = "-->" if hidden == "!--" else f"</{hidden}"
        ends = markup.find(end, found.start() + 2)  # “<!-->” is a whole comment
        if hidden == "title" and not title:
            title = source[found.end() : ends if ends >= 0 else found.end() + LONGEST_TITLE].partition(">")[2]
        if ends < 0:
            break
        at = kept = ends + 3 if end == "-->" else ends
    else:
        pieces.append(markup[kept:])
    return _Parts("".join(pieces), title, surroundings)


def _without_surroundings(parts: _Parts) -> str:
    """Leave out menus, asides and footers; one that is never closed hides nothing."""
    pieces, kept, searched = [], 0, dict.fromkeys(("nav", "aside", "footer"), 0)
    for name, end in parts.surroundings:
        opened = parts.markup.rfind(f"<{name}", max(kept, searched[name]), end)
        searched[name] = end
        if opened >= 0:
            pieces.append(parts.markup[kept:opened])
            kept = end
    pieces.append(parts.markup[kept:])
    return "".join(pieces)


def _blocks(markup: str) -> Iterator[str]:
    """Yield the blocks of text between tags that end one, piece after piece of the markup."""
    at = 0
    while at < len(markup):
        cut = markup.find("<", at + PIECE)
        cut = cut if cut >= 0 else len(markup)
        yield from TAG.sub("", BLOCK_END.sub(CUT, markup[at:cut])).split(CUT)
        at = cut


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
