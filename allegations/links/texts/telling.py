"""The parts of a sentence whose change changes what is said: negations, verdicts, names, dates, sums and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from allegations.links.texts.folding import HAN, word_key
from allegations.links.texts.lexicon import DOUBTFUL_MONTHS
from allegations.links.texts.wordlists import CURRENCY_SIGNS, any_of, forms, lists_of
from candidates.names import ARTICLES, fold

PERCENT_SIGNS = frozenset("%٪‰")
PERCENT_PAIRS = frozenset({("per", "cent"), ("pour", "cent"), ("por", "ciento"), ("في", "المئه"), ("في", "المايه")})
DATE_UNITS = frozenset("年月日号號")
OF = frozenset({"de", "del", "d", ",", "،", "of", "st", "nd", "rd", "th", "er", "."})
TWO_WORD_MONTHS = frozenset({"كانون", "تشرين"})
_HAN = re.compile(f"[{HAN}]")
_BETWEEN_WORDS = str.maketrans(dict.fromkeys(' \t.,;:!?()-"', " "))
SHORTEST_NAME = 3  # letters of a part of a name; two characters in Chinese


class Kind(StrEnum):
    """What sort of part it is, the weightiest first."""

    NEGATION = "negation"
    VERDICT = "verdict"
    NAME = "name"
    DATE = "date"
    MONEY = "money"
    PERCENT = "percent"
    NUMBER = "number"


KINDS = frozenset(Kind)
CALLED = {"weekday": "date"}  # what a list tells, where that is not called as the list is


@dataclass(frozen=True)
class Telling:
    """A telling part of a sentence: its kind, its place and how it reads."""

    kind: Kind
    start: int
    end: int
    value: str


class Finder:
    """Finds the telling parts of sentences in these languages (all when empty) about people of these names."""

    def __init__(self, languages: Iterable[str] = (), names: Iterable[str] = ()) -> None:
        self._lists = lists_of(frozenset(languages))
        self._names, han = _parts_of(names)
        pieces = {Kind(CALLED.get(sort, sort)): pattern for sort, pattern in self._lists.pieces.items()}
        self._pieces = {**pieces, Kind.NAME: any_of(han)} if han else pieces

    def passes_over(self, sentence: str) -> bool:
        """Tell quickly that `find` finds nothing in a sentence; False where only `find` can tell."""
        if not sentence.isascii():
            return False
        words = sentence.lower().translate(_BETWEEN_WORDS).split()
        return self._lists.plain.issuperset(words) and (
            not self._names or ("'" not in sentence and self._names.isdisjoint(words))
        )

    def find(self, sentence: str, tokens: list[re.Match[str]]) -> list[Telling]:
        """Return the telling parts of a sentence, given its tokens; one kind's parts do not overlap."""
        keys = [word_key(token[0]) for token in tokens]
        found: list[Telling] = []
        telling = self._telling_at(keys)
        taken = [False] * len(tokens)
        for kind, first, last in self._composed(keys, telling):
            if not any(taken[first : last + 1]):
                taken[first : last + 1] = [True] * (last + 1 - first)
                found.append(_telling(kind, sentence, tokens, first, last))
        for at in telling:
            if not taken[at]:
                found += [_telling(kind, sentence, tokens, at, at) for kind in self._kinds_of(keys[at])]
        if _HAN.search(sentence):
            for kind, pattern in self._pieces.items():
                found += [Telling(kind, piece.start(), piece.end(), piece[0]) for piece in pattern.finditer(sentence)]
        return found

    def _telling_at(self, keys: list[str]) -> list[int]:
        """Return the places of the words that may be a telling part or begin one."""
        plain = self._lists.plain
        return [
            at
            for at, key in enumerate(keys)
            if (key not in plain and self._lists.tells(key)) or (self._names and self._is_name(key))
        ]

    def _is_name(self, key: str) -> bool:
        return not self._names.isdisjoint(forms(key))

    def _kinds_of(self, key: str) -> list[Kind]:
        if any(map(str.isdigit, key)):
            return [Kind.NUMBER]
        return [Kind(sort) for sort in self._sorts(key) if sort in KINDS]

    def _sorts(self, key: str) -> tuple[str, ...]:
        """Return the lists that a word stands in, and “name” for a part of a name."""
        sorts = self._lists.sorts(key)
        return (*sorts, Kind.NAME) if self._is_name(key) else sorts

    def _composed(self, keys: list[str], telling: list[int]) -> Iterator[tuple[Kind, int, int]]:
        """Yield the kind, first and last token of dates, sums of money and percentages."""
        for at in telling:
            key = keys[at]
            if self._is_month(keys, at):
                yield Kind.DATE, *_around_month(keys, at)
            elif "weekday" in self._sorts(key):
                yield Kind.DATE, at, at
            elif _is_number(key):
                yield from self._from_number(keys, at)
            elif self._is_money(key):
                yield Kind.MONEY, self._leftmost(keys, at), self._rightmost(keys, at)

    def _from_number(self, keys: list[str], at: int) -> Iterator[tuple[Kind, int, int]]:
        key, after = keys[at], keys[at + 1 : at + 5]
        if key.count("/") == 2 or key.count(".") == 2 or ":" in key:
            yield Kind.DATE, at, at
        elif (
            len(key) == 4
            and len(after) == 4
            and after[0] == after[2] == "-"
            and _is_number(after[1])
            and _is_number(after[3])
        ):
            yield Kind.DATE, at, at + 4
        elif after and after[0] in DATE_UNITS:
            yield Kind.DATE, at, _last_unit(keys, at)
        elif after and (after[0] in PERCENT_SIGNS or Kind.PERCENT in self._sorts(after[0])):
            yield Kind.PERCENT, at, at + 1
        elif tuple(after[:2]) in PERCENT_PAIRS:
            yield Kind.PERCENT, at, at + 2
        elif (end := self._rightmost(keys, at)) < len(keys) - 1 and self._is_money(keys[end + 1]):
            yield Kind.MONEY, self._leftmost(keys, at), end + 1

    def _is_money(self, key: str) -> bool:
        return key in CURRENCY_SIGNS or Kind.MONEY in self._sorts(key)

    def _is_month(self, keys: list[str], at: int) -> bool:
        if "month" not in self._sorts(keys[at]):
            return False
        if keys[at] not in DOUBTFUL_MONTHS:
            return True
        return any(_is_number(key) for key in keys[max(0, at - 1) : at] + keys[at + 1 : at + 2])

    def _leftmost(self, keys: list[str], at: int) -> int:
        first = at
        for before in range(at - 1, max(-1, at - 4), -1):
            if _is_number(keys[before]) or Kind.NUMBER in self._sorts(keys[before]) or keys[before] in CURRENCY_SIGNS:
                first = before
            elif keys[before] not in OF:
                break
        return first

    def _rightmost(self, keys: list[str], at: int) -> int:
        last = at
        for after in range(at + 1, min(len(keys), at + 4)):
            if _is_number(keys[after]) or Kind.NUMBER in self._sorts(keys[after]):
                last = after
            elif keys[after] not in ("de", "d"):
                break
        return last


def _telling(kind: Kind, sentence: str, tokens: list[re.Match[str]], first: int, last: int) -> Telling:
    start, end = tokens[first].start(), tokens[last].end()
    return Telling(kind, start, end, sentence[start:end])


def _is_number(key: str) -> bool:
    return key[:1].isdigit()


def _around_month(keys: list[str], at: int) -> tuple[int, int]:
    """Return the first and last token of the date that holds the month at `at`."""
    first = last = at
    if keys[at] in TWO_WORD_MONTHS and at + 1 < len(keys):
        last += 1
    for before in range(at - 1, max(-1, at - 4), -1):
        if _is_number(keys[before]) and len(keys[before]) <= 2:
            first = before
            break
        if keys[before] not in OF:
            break
    for after in range(last + 1, min(len(keys), last + 5)):
        if _is_number(keys[after]):
            last = after
            if len(keys[after]) == 4:
                break
        elif keys[after] not in OF:
            break
    return first, last


def _last_unit(keys: list[str], at: int) -> int:
    """Return the last token of a Chinese date: numbers, each with its 年, 月 or 日."""
    last = at + 1
    while last + 2 < len(keys) and _is_number(keys[last + 1]) and keys[last + 2] in DATE_UNITS:
        last += 2
    return last


def _telling_words(words: list[str]) -> list[str]:
    """Return the words of a name that are long enough to tell, or all of its words when none is."""
    known = [word for word in words if word not in ARTICLES and not (_HAN.search(word) and len(word) < 2)]
    return [word for word in known if len(word) >= SHORTEST_NAME or _HAN.search(word)] or known


def _parts_of(names: Iterable[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the telling parts of names as folded words, and the Chinese ones as they stand, longest first."""
    parts = {part for name in names for part in _telling_words(fold(name).split())}
    han = {part for part in parts if _HAN.search(part) and len(part) > 1}
    words = parts - han
    bare = {part.removeprefix("ال") for part in words if part.startswith("ال") and len(part) > 4}
    return frozenset(words | bare), tuple(sorted(han, key=len, reverse=True))


@lru_cache(16)
def finder_of(languages: frozenset[str], names: tuple[str, ...]) -> Finder:
    """Return the finder for these languages and names."""
    return Finder(languages, names)
