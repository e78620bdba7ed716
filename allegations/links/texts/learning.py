"""Lines that a page changes with every visit: learnt from two looks at it, and put back before later comparisons.

What is learnt is a place, between two lines that stand still, and in it the part of each line that changed. A later
line is put back only where all of that fits, and never where it may say something: in doubt a change is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from allegations.links.texts.blocks import Block, Text, one_line
from allegations.links.texts.diff import places_of
from allegations.links.texts.folding import HAN, runs, tokens, typographic, word_key, words_of
from allegations.links.texts.languages import guess, primary
from allegations.links.texts.lexicon import LANGUAGES
from allegations.links.texts.likeness import likeness
from allegations.links.texts.telling import Finder, Kind, finder_of
from allegations.links.texts.titles import title_edit
from allegations.links.texts.volatile import LONGEST, still

MOST_LINES = 12  # that differ between two looks at one page
MOST_SHARE = 0.25  # of its lines
LEAST_ALIKE = 0.6  # likeness below which the second look was at something else
LEAST_TEXT = 200  # characters
MOST_TOGETHER = 4  # lines of one place
ANCHOR = 200  # characters by which a line that stands still is known again
NEVER = frozenset({"heading", "quote"})  # kinds of blocks: what a page says in them it says itself
ENDS = tuple(".!?…。؟۔:")  # a line that ends so is prose, however short
CLOSING = "\"')]} "
COUNTED = frozenset({Kind.DATE, Kind.NUMBER})  # what may change in such a line, if it did at the second look
# A letter of a language whose telling words we do not know, or one that is put in the place of another.
_OTHER_LETTER = re.compile(f"[^\\W\\d_a-zA-Z\u00aa-\u024f\u0620-\u065f{HAN}]")
_LETTER = re.compile(r"[^\W\d_]")

NO_PAGE = "Only pages of the web have such lines."
ANOTHER = "At the second look another page stood there."
TOO_SHORT = "There is too little text to tell."
TOO_MANY = "{} lines differed at the second look, too many to learn from."
NOTHING = "Nothing differed but what is left out of every page."
NOT_SURE = "What differed may say something, so that it is compared."


@dataclass(frozen=True)
class Learnt:
    """A place in a page whose lines change with every visit: how they read at the first look, and at the second.

    `above` and `below` are the beginnings of the lines around it, "" where the text begins or ends.
    """

    above: str
    below: str
    was: tuple[str, ...]
    became: tuple[str, ...]


@dataclass(frozen=True)
class Lesson:
    """What two looks taught; without any place, `words` say to a reviewer why."""

    places: tuple[Learnt, ...] = ()
    words: str = ""


class _Line(NamedTuple):
    """A line of which something stays: its block, what stays of it in one form, and all of it in one form."""

    at: int
    block: Block
    words: str
    whole: str

    @property
    def anchor(self) -> str:
        return self.words[:ANCHOR]


def learn(first: Text, second: Text, *, quotes: Sequence[str] = (), names: Sequence[str] = ()) -> Lesson:
    """Learn from two looks at a page some seconds apart.

    `quotes` are passages that citations quote from it, `names` those of the people it is about: what holds any of them
    is not learnt.
    """
    if words := _unfit(first, second):
        return Lesson(words=words)
    olds, news = list(_lines(first)), list(_lines(second))
    places = list(places_of([line.words for line in olds], [line.words for line in news]))
    differing = sum(max(last - begin, new_last - new_begin) for begin, last, new_begin, new_last in places)
    if differing > min(MOST_LINES, MOST_SHARE * len(olds)):
        return Lesson(words=TOO_MANY.format(differing))
    found = (_taught(olds[begin:last], news[n:m], olds, (begin, last)) for begin, last, n, m in places)
    care = _Care(quotes, names, first, second)
    taught = tuple(one for one in found if one and any(True for _ in _pairs(one, olds, news, care)))
    return Lesson(taught, "" if taught else NOT_SURE if places else NOTHING)


def settled(
    before: Text, after: Text, places: Sequence[Learnt], *, quotes: Sequence[str] = (), names: Sequence[str] = ()
) -> Text:
    """Return `after` with the lines of these places as they read in `before`; `after` itself where none is put back."""
    if not places or before.blocks == after.blocks:
        return after
    olds, news, care = list(_lines(before)), list(_lines(after)), _Care(quotes, names, before, after)
    blocks = list(after.blocks)
    for place in places:
        for old, new in _pairs(place, olds, news, care):
            blocks[new.at] = old.block
    return after if tuple(blocks) == after.blocks else replace(after, blocks=tuple(blocks))


def _unfit(first: Text, second: Text) -> str:
    """Return why two looks teach nothing, or ""."""
    if first.pages is not None or second.pages is not None:
        return NO_PAGE
    told = {primary(text.language) for text in (first, second)}
    if len(told) > 1 or first.free != second.free or title_edit(first, second) is not None:
        return ANOTHER
    if first.cut or second.cut or min(len(str(text)) for text in (first, second)) < LEAST_TEXT:
        return TOO_SHORT if not (first.cut or second.cut) else ANOTHER
    return ANOTHER if likeness(first, second) < LEAST_ALIKE else ""


def _lines(text: Text) -> Iterator[_Line]:
    for at, block in enumerate(text.blocks):
        if left := still(block.text, at):
            words = _form(left)
            yield _Line(at, block, words, words if left == block.text else _form(block.text))


def _form(text: str) -> str:
    return one_line(typographic(text))


def _taught(was: Sequence[_Line], became: Sequence[_Line], olds: Sequence[_Line], at: tuple[int, int]) -> Learnt | None:
    """Return what a place teaches where lines differ; None where lines came or went, or nothing around it stands."""
    if not 0 < len(was) == len(became) <= MOST_TOGETHER:
        return None
    above, below = _around(olds, *at)
    if not (above or below):
        return None
    return Learnt(above, below, tuple(one.block.text for one in was), tuple(one.block.text for one in became))


def _around(lines: Sequence[_Line], begin: int, end: int) -> tuple[str, str]:
    return lines[begin - 1].anchor if begin else "", lines[end].anchor if end < len(lines) else ""


def _pairs(place: Learnt, olds: Sequence[_Line], news: Sequence[_Line], care: _Care) -> Iterable[tuple[_Line, _Line]]:
    """Return the lines of a place in two texts, where it is found once in each and all of them may be put back."""
    there = [_at(place, lines) for lines in (olds, news)]
    if not all(there):
        return ()
    shapes = [_Shape(*pair) for pair in zip(place.was, place.became, strict=True)]
    pairs = list(zip(*there, strict=True))
    fit = all(
        old.block.kind == new.block.kind and care.may_leave_out(shape, old) and care.may_leave_out(shape, new)
        for shape, (old, new) in zip(shapes, pairs, strict=True)
    )
    return pairs if fit else ()


def _at(place: Learnt, lines: Sequence[_Line]) -> Sequence[_Line]:
    """Return the lines between the two that stand still; none where that place is not there, or there twice."""
    size, sides = len(place.was), (place.above, place.below)
    found = [n for n in range(len(lines) - size + 1) if _around(lines, n, n + size) == sides]
    return lines[found[0] : found[0] + size] if len(found) == 1 else ()


class _Shape:
    """Which words of a line stand still, at its beginning and its end, and what sort of thing changes in between."""

    def __init__(self, was: str, became: str) -> None:
        self._sides = _form(was), _form(became)
        one, other = map(_keys, self._sides)
        most = min(len(one), len(other))
        head = next((n for n in range(most) if one[n] != other[n]), most)
        tail = next((n for n in range(most - head) if one[-1 - n] != other[-1 - n]), most - head)
        self._head, self._tail = one[:head], one[len(one) - tail :]

    def fits(self, line: str) -> bool:
        keys, head, tail = _keys(line), self._head, self._tail
        return (
            len(keys) >= len(head) + len(tail) and keys[: len(head)] == head and keys[len(keys) - len(tail) :] == tail
        )

    def changing(self, line: str) -> tuple[int, int]:
        """Return where that part begins and ends which changes of a line that fits."""
        marks = tokens(line)
        inner = marks[len(self._head) : len(marks) - len(self._tail)]
        return (inner[0].start(), inner[-1].end()) if inner else (0, 0)

    @property
    def has_words(self) -> bool:
        """Tell whether there were letters in what changed at the second look."""
        return any(_LETTER.search(side, *self.changing(side)) for side in self._sides)

    def counted(self, finder: Finder) -> frozenset[Kind]:
        """Return the sorts of telling parts that changed at the second look."""
        return self.sorts(finder, self._sides[0]) | self.sorts(finder, self._sides[1])

    def sorts(self, finder: Finder, line: str) -> frozenset[Kind]:
        """Return the sorts of telling parts in what changes of a line that fits."""
        begin, end = self.changing(line)
        return frozenset(one.kind for one in finder.find(line, tokens(line)) if one.start < end and one.end > begin)


def _keys(line: str) -> list[str]:
    return [word_key(token[0]) for token in tokens(line)]


class _Care:
    """What no line may hold that is left out: a quote or a part of one, a name, a negation, a verdict, money, a share.

    The words of all languages count, whichever the page is in. Where it is in one whose words we do not know, nothing
    that has letters may change.
    """

    def __init__(self, quotes: Sequence[str], names: Sequence[str], *texts: Text) -> None:
        self._given, self._names, self._texts = quotes, tuple(names), texts

    @cached_property
    def _finder(self) -> Finder:
        return finder_of(frozenset(), self._names)

    @cached_property
    def _quotes(self) -> list[list[str]]:
        return [words for quote in self._given if (words := words_of(_form(quote)))]

    @cached_property
    def _knows_the_words(self) -> bool:
        told = {primary(text.language) for text in self._texts} - {""}
        return told <= set(LANGUAGES) and all(guess(str(text)) in LANGUAGES for text in self._texts)

    def may_leave_out(self, shape: _Shape, line: _Line) -> bool:
        """Tell whether a line may be left out that is thought to change in this way."""
        text = line.whole
        if line.block.kind in NEVER or len(line.block.text) > LONGEST or text.rstrip(CLOSING).endswith(ENDS):
            return False
        return shape.fits(text) and self._tells_nothing(shape, text) and not self._is_quoted(text)

    def _tells_nothing(self, shape: _Shape, text: str) -> bool:
        begin, end = shape.changing(text)
        has_words = _LETTER.search(text, begin, end) is not None
        if _OTHER_LETTER.search(text) or (has_words and not (shape.has_words and self._knows_the_words)):
            return False
        kinds = {one.kind for one in self._finder.find(text, tokens(text))}
        return kinds <= COUNTED and shape.sorts(self._finder, text) <= shape.counted(self._finder)

    def _is_quoted(self, text: str) -> bool:
        """Tell whether a line and a quote share three words in a row, or one of them stands in the other."""
        words = words_of(text)
        return bool(words) and any(
            _stands_in(words, quote) or _stands_in(quote, words) or not set(runs(words)).isdisjoint(runs(quote))
            for quote in self._quotes
        )


def _stands_in(some: list[str], others: list[str]) -> bool:
    return f" {' '.join(some)} " in f" {' '.join(others)} "
