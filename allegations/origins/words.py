"""Texts as words with their places, so that runs of words are compared and shown as each text writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from allegations.links.texts.blocks import Block
from allegations.links.texts.folding import HAN, INVISIBLE, word_key
from allegations.origins.records import MOST_WORDS, Passage

RUN = 5  # words; two people who write about one thing seldom share five in a row, but for names and titles
HAN_RUN = 10  # characters, of which about two make a word
_UNSEEN = INVISIBLE.pattern[1:-1]
_MARKS = "\u0300-\u036f\u0640\u064b-\u065f\u0670"
_WORD = re.compile(rf"[{HAN}]|[^\W{HAN}](?:[^\W{HAN}]|[{_MARKS}{_UNSEEN}])*")
_HAN = re.compile(f"[{HAN}]")
_QUOTED = re.compile(
    r"“[^“”]{1,2000}”|«[^«»]{1,2000}»|„[^„“”]{1,2000}[“”]|\"[^\"]{1,2000}\"|[「『][^」』]{1,2000}[」』]"
)
# Marks that turn the direction of what follows them: shown as their number, so that nobody is misled by them.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
LONGEST_SHOWN = 600  # characters


@dataclass(frozen=True)
class Words:
    """The words of a text: what makes each the same word as another, and its place (line, first and last character).

    `quoted` are the numbers of the words that stand between quotation marks.
    """

    lines: tuple[str, ...]
    keys: tuple[str, ...]
    places: tuple[tuple[int, int, int], ...]
    quoted: frozenset[int]

    @cached_property
    def is_han(self) -> bool:
        """Whether it is written in signs without blanks between words, each of which counts as a word here."""
        return 2 * sum(len(key) == 1 and bool(_HAN.match(key)) for key in self.keys) > len(self.keys)

    @property
    def run(self) -> int:
        return HAN_RUN if self.is_han else RUN

    @cached_property
    def row(self) -> list[str]:
        """The runs of words in the order in which they stand."""
        return list(map(" ".join, zip(*(self.keys[n:] for n in range(self.run)), strict=False)))

    @cached_property
    def runs(self) -> dict[str, int]:
        """Each run of words with the place where it stands first."""
        places = range(len(self.row) - 1, -1, -1)
        return dict(zip(reversed(self.row), places, strict=True))

    def excerpt(self, begin: int, end: int) -> str:
        """The words from one number up to another (excluded), as the text writes them."""
        line, first, _ = self.places[begin]
        last_line, _, last = self.places[end - 1]
        if line == last_line:
            return self.lines[line][first:last]
        return " ".join((self.lines[line][first:], *self.lines[line + 1 : last_line], self.lines[last_line][:last]))


def words_of(blocks: Sequence[Block]) -> Words:
    """Return the words of a text, at most `MOST_WORDS`."""
    lines = tuple(block.text for block in blocks)
    keys: list[str] = []
    places: list[tuple[int, int, int]] = []
    quoted: set[int] = set()
    for number, line in enumerate(lines):
        spans = [found.span() for found in _QUOTED.finditer(line)]
        for found in _WORD.finditer(line):
            if len(keys) == MOST_WORDS:
                return Words(lines, tuple(keys), tuple(places), frozenset(quoted))
            if any(begin < found.start() < end for begin, end in spans):
                quoted.add(len(keys))
            keys.append(word_key(found[0]))
            places.append((number, found.start(), found.end()))
    return Words(lines, tuple(keys), tuple(places), frozenset(quoted))


def shared_runs(one: Words, other: Words) -> int:
    """Return how many runs of words two texts share; none where they are of different scripts."""
    if one.run != other.run:
        return 0
    return len(one.runs.keys() & other.runs.keys())


def shared(one: Words, other: Words, *, least: int) -> Iterator[tuple[int, int, int]]:
    """Yield what two texts share word by word: its place in each, and how many words it is, from `least` on.

    Each word of `other` is looked at once, so that this takes as long as the texts are.
    """
    if one.run != other.run:
        return
    there = 0
    while there < len(other.row):
        here = one.runs.get(other.row[there])
        if here is None:
            there += 1
            continue
        length = other.run
        while _goes_on(one, other, here, there):
            here, there, length = here + 1, there + 1, length + 1
        begin = length - other.run
        if length >= least:
            yield here - begin, there - begin, length
        there += other.run


def _goes_on(one: Words, other: Words, here: int, there: int) -> bool:
    """Tell whether what two texts share from these places on goes on by one word."""
    return here + 1 < len(one.row) and there + 1 < len(other.row) and one.row[here + 1] == other.row[there + 1]


def passage(one: Words, other: Words, here: int, there: int, length: int) -> Passage:
    first, second = one.excerpt(here, here + length), other.excerpt(there, there + length)
    return Passage(shortened(first), shortened(second), length)


def shortened(text: str, most: int = LONGEST_SHOWN) -> str:
    """Return a stranger's words for showing: not too many, and marks that turn their direction as numbers.

    >>> shortened("a\\u202eb"), shortened("one two three", 8)
    ('a[U+202E]b', 'one …')
    """
    plain = _TURNING.sub(lambda found: f"[U+{ord(found[0]):04X}]", " ".join(text.split()))
    if len(plain) <= most:
        return plain
    end = plain.rfind(" ", most // 3, most - 1)
    return f"{plain[: end if end > 0 else most - 2].rstrip()} …"
