"""How alike two texts are: Jaccard’s likeness of their runs of three words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import takewhile

from allegations.links.texts.blocks import Text
from allegations.links.texts.folding import SHINGLE, WORDS_COUNTED, comparable, plain, runs, shingles, words_of
from allegations.links.texts.volatile import steady


def likeness(before: Text, after: Text) -> float:
    """Return which share of the runs of three words in either text stands in both, from 0 to 1.

    >>> from allegations.links.texts.blocks import Block
    >>> likeness(Text((Block("paragraph", "He was not charged."),)), Text((Block("paragraph", "He was not heard."),)))
    0.3333333333333333
    """
    quick = _of_what_differs(list(steady(before.lines)), list(steady(after.lines)), after)
    if quick is not None:
        return quick
    old, new = shingles(before), shingles(after)
    both = sum(map(new.__contains__, old))
    return both / (len(old) + len(new) - both) if old or new else 1.0


def _of_what_differs(olds: Sequence[str], news: Sequence[str], after: Text) -> float | None:
    """Return the same of texts that begin or end with the same lines, whose runs need not be made twice.

    None where no more than two words of those lines are next to what differs, or where a text is so long that not all
    of its words count.
    """
    head = _alike(olds, news)
    tail = _alike(olds[head:][::-1], news[head:][::-1])
    old = plain(olds[head : len(olds) - tail])
    around = _last_words(olds[:head]), _first_words(olds[len(olds) - tail :])
    if sum(map(len, around)) < SHINGLE or len(comparable(after)) + len(old) >= WORDS_COUNTED:
        return None
    gone = set(runs([*around[0], *words_of(old), *around[1]]))
    come = Counter(runs([*around[0], *words_of(plain(news[head : len(news) - tail])), *around[1]]))
    new = shingles(after)
    only_old = sum(run not in new for run in gone)
    only_new = sum(run not in gone and new[run] == times for run, times in come.items())
    return (len(new) - only_new) / (len(new) + only_old)


def _alike(some: Iterable[str], others: Iterable[str]) -> int:
    """Return how many of the first lines are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(some, others, strict=False)))


def _first_words(lines: Sequence[str]) -> list[str]:
    """Return the first words, one less than a run has."""
    found: list[str] = []
    for line in lines:
        found += words_of(plain([line]))
        if len(found) >= SHINGLE - 1:
            break
    return found[: SHINGLE - 1]


def _last_words(lines: Sequence[str]) -> list[str]:
    """Return the last words, one less than a run has."""
    found: list[str] = []
    for line in reversed(lines):
        found = words_of(plain([line])) + found
        if len(found) >= SHINGLE - 1:
            break
    return found[1 - SHINGLE :]
