"""The text of a page or document as ordered blocks, and what else of it is compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MOST_CHARACTERS = 4_000_000  # of one text; the rest is cut off, and the text says so
CELL = "\t"  # between the cells of a row; no other line holds one


SHORT = 120  # characters that are split sooner than looked at
_OTHER_BLANKS = b"\t\n\r\v\f\x1c\x1d\x1e\x1f"  # of ASCII, as `str.split` knows them


def one_line(text: str) -> str:
    """Return `text` with one blank wherever it has any, and none around it.

    >>> one_line(" It\\n was  said. ")
    'It was said.'
    """
    if len(text) > SHORT and text.isascii() and "  " not in text and text[0] != " " and text[-1] != " ":
        data = text.encode()
        if len(data.translate(None, _OTHER_BLANKS)) == len(data):  # most texts; splitting them takes twice as long
            return text
    return " ".join(text.split())


class Block(NamedTuple):
    """One line of text and what it is: heading, paragraph, item, quote, row or caption."""

    kind: str
    text: str


@dataclass(frozen=True)
class Text:
    """What a page or document says; all that is compared of it.

    `pages` counts those of a document and is None for a page of the web. `free` is False when the publisher marks
    the page as behind a paywall, None when it says nothing. `cut` tells that the text is longer than what is kept.
    `payload_sha256` is that of the bytes that it was read from, "" when unknown.
    """

    blocks: tuple[Block, ...] = ()
    title: str = ""
    language: str = ""
    pages: int | None = None
    free: bool | None = None
    cut: bool = False
    payload_sha256: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The text of the blocks."""
        return tuple(block.text for block in self.blocks)

    def __str__(self) -> str:
        """Return the blocks, one a line."""
        return "\n".join(block.text for block in self.blocks)


def blocks_from(data: Iterable[Sequence[object]]) -> tuple[Block, ...]:
    """Return blocks that were kept as JSON, each as its kind and its text."""
    return tuple(Block(str(kind), str(text)) for kind, text in data)


def capped(blocks: list[Block]) -> tuple[tuple[Block, ...], bool]:
    """Return the blocks up to `MOST_CHARACTERS`, and whether any of the text was left out."""
    room = MOST_CHARACTERS
    for at, block in enumerate(blocks):
        if len(block.text) > room:
            return (*blocks[:at], Block(block.kind, block.text[:room])), True
        room -= len(block.text)
    return tuple(blocks), False
