"""What is compared, and what is suggested: a cited text, and two of them that may have one origin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from allegations.links.texts.blocks import Block

MOST_WORDS = 4_000  # of one text that are compared; few reports in the press are longer
ROOM = 12 * MOST_WORDS  # characters that hold so many words in every language we know


class Kind(StrEnum):
    """Why two citations may have one origin, the plainest reason first."""

    SAME_TEXT = "same-text"
    NEAR = "near-duplicate"
    WIRE = "same-wire"
    ATTRIBUTED = "attributed"
    QUOTED = "same-quotation"


@dataclass(frozen=True, slots=True)
class CitedText:
    """A citation with what its source says of itself, and the main text of our copy where there is one.

    `key` orders the citations as they came on record. `names` are other names of the publisher. `dated` is the first
    and the last day on which it may have been published, None where nothing is known. `blocks` are the lines of the
    text, cut by `held`.
    """

    key: int
    source: object = None
    publisher: str = ""
    names: tuple[str, ...] = ()
    author: str = ""
    relays: str = ""
    title: str = ""
    dated: tuple[date | None, date | None] = (None, None)
    blocks: tuple[Block, ...] = ()
    text_sha256: str = ""
    quote: str = ""
    derived_from: int | None = None
    origin: int | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign in words of ours: a sentence, or what the citation `by` does, with what it says itself (`said`).

    The latter is a stranger's text.
    """

    words: str
    said: str = ""
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of words that two texts share, as each of them writes it; `words` counts them."""

    first: str
    second: str
    words: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two citations that may go back to one origin.

    Where one relays the other (`Kind.ATTRIBUTED`) the relay is `first`; all other kinds are symmetric and name the
    citation that came on record before as `first`. `likeness` is from 0 to 1 where texts were compared.
    """

    kind: Kind
    first: int
    second: int
    likeness: float | None = None
    signals: tuple[Signal, ...] = ()
    passages: tuple[Passage, ...] = field(default=())

    @property
    def pair(self) -> tuple[int, int]:
        """Both citations, in the order in which they came on record."""
        return min(self.first, self.second), max(self.first, self.second)


def held(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return as much of a text as is compared, and nothing of the rest."""
    room, found = ROOM, []
    for block in blocks:
        if room <= 0:
            break
        found.append(Block(block.kind, block.text[:room]))
        room -= len(block.text) + 1
    return tuple(found)
