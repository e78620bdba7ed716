"""What changed between two texts, sentence by sentence, and word by word within a sentence that was altered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from allegations.links.texts.blocks import one_line
from allegations.links.texts.folding import tokens, typographic, word_key

ALMOST = 80.0  # ratio from which two sentences that stand far apart do
SAME = 55.0  # ratio, of 100, from which two sentences count as one that was altered
MOST_CELLS = 36_000_000  # of one comparison of sentences; beyond, order does not count
MOST_PAIRS = 2_500  # of one place that are compared each with each; beyond, only near ones
NEAR = 8

Span = tuple[int, int]


@dataclass(frozen=True)
class Sentence:
    """A sentence and the characters in it (start, end) that changed."""

    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Edit:
    """One change: insert, delete, replace (one sentence altered), move or title; `at` are its places, in sentences."""

    op: str
    before: tuple[Sentence, ...] = ()
    after: tuple[Sentence, ...] = ()
    at: tuple[int, int] = (0, 0)

    def as_data(self) -> dict[str, object]:
        """Return the edit as JSON values; a tab parts the cells of a row."""
        sides = {"before": self.before, "after": self.after}
        shown = {
            side: [{"text": one.text, "spans": [list(span) for span in one.spans]} for one in sentences]
            for side, sentences in sides.items()
        }
        return {"op": self.op, **shown, "at": list(self.at)}


@dataclass
class Difference:
    """All edits between two texts, and how much of the first one is left in the second (0 to 1, by characters)."""

    edits: list[Edit] = field(default_factory=list)
    kept: float = 1.0


def difference(before: Sequence[str], after: Sequence[str]) -> Difference:
    """Compare two lists of sentences."""
    olds = [_folded(one) for one in before]
    known = dict(zip(before, olds, strict=True))
    news = [known[one] if one in known else _folded(one) for one in after]
    places = list(places_of(olds, news))
    moved = _moved(olds, news, places)
    gone = frozenset(moved.values())
    rest = [
        ([n for n in range(first, last) if n not in gone], [n for n in range(new_first, new_last) if n not in moved])
        for first, last, new_first, new_last in places
    ]
    pairs = [_pairs(olds, news, old, new) for old, new in rest]
    strayed = _strayed(olds, news, rest, pairs)
    moved |= strayed
    gone = frozenset(moved.values())
    found = Difference()
    kept = sum(map(len, olds))
    whole = kept or 1
    for place, (old, new), here in zip(places, rest, pairs, strict=True):
        kept -= sum(len(olds[n]) for n in old)
        old, new = [n for n in old if n not in gone], [n for n in new if n not in moved]
        edits = [*_edits(before, after, old, new, here), *_moves(before, after, place, moved, strayed)]
        found.edits += [edit for edit, _ in edits]
        kept += sum(left for _, left in edits)
    found.kept = kept / whole
    return found


def _moves(
    before: Sequence[str],
    after: Sequence[str],
    place: tuple[int, int, int, int],
    moved: dict[int, int],
    strayed: dict[int, int],
) -> Iterator[tuple[Edit, int]]:
    """Yield the edits of the sentences that came here from elsewhere, altered or not."""
    for n in range(place[2], place[3]):
        if n in strayed:
            was, became, left = altered(before[moved[n]], after[n])
            yield Edit("replace", (was,), (became,), (moved[n], n)), left
        elif n in moved:
            yield Edit("move", (Sentence(before[moved[n]]),), (Sentence(after[n]),), (moved[n], n)), 0


def _strayed(
    olds: list[str], news: list[str], rest: list[tuple[list[int], list[int]]], pairs: list[list[tuple[int, int]]]
) -> dict[int, int]:
    """Return, for each sentence that came whole, the one elsewhere that it almost is: moved, and altered on the way."""
    paired = {n for here in pairs for n, _ in here}, {n for here in pairs for _, n in here}
    gone = [n for old, _ in rest for n in old if n not in paired[0]]
    come = [n for _, new in rest for n in new if n not in paired[1]]
    if len(gone) * len(come) > MOST_PAIRS:
        return {}
    scores = ((fuzz.ratio(olds[n], news[m], score_cutoff=ALMOST), n, m) for n in gone for m in come)
    found: dict[int, int] = {}
    for _, n, m in sorted((score for score in scores if score[0]), reverse=True):
        if m not in found and n not in found.values():
            found[m] = n
    return found


def _folded(sentence: str) -> str:
    return one_line(typographic(sentence))


def places_of(olds: list[str], news: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield where the lists differ: first and last sentence of the old one, then of the new one (ends excluded)."""
    head = 0
    while head < min(len(olds), len(news)) and olds[head] == news[head]:
        head += 1
    tail = 0
    while tail < min(len(olds), len(news)) - head and olds[-1 - tail] == news[-1 - tail]:
        tail += 1
    old, new = olds[head : len(olds) - tail], news[head : len(news) - tail]
    if len(old) * len(new) > MOST_CELLS:
        yield head, len(olds) - tail, head, len(news) - tail
        return
    first, new_first = 0, 0
    for step in [*Indel.opcodes(old, new), None]:
        if step is not None and step.tag != "equal":
            continue
        last, new_last = (step.src_start, step.dest_start) if step else (len(old), len(new))
        if first < last or new_first < new_last:
            yield head + first, head + last, head + new_first, head + new_last
        if step:
            first, new_first = step.src_end, step.dest_end


def _moved(olds: list[str], news: list[str], places: list[tuple[int, int, int, int]]) -> dict[int, int]:
    """Return, for each sentence that is new in its place, the one that it was elsewhere before, if any."""
    gone: dict[str, list[int]] = {}
    for first, last, _, _ in reversed(places):
        for n in range(last - 1, first - 1, -1):
            gone.setdefault(olds[n], []).append(n)
    come = (n for _, _, first, last in places for n in range(first, last))
    return {n: gone[news[n]].pop() for n in come if gone.get(news[n])}


def _pairs(olds: list[str], news: list[str], old: list[int], new: list[int]) -> list[tuple[int, int]]:
    """Return which old sentences became which new ones: the likest pairs that keep the order."""
    lowered = {n: olds[n].casefold() for n in old}, {n: news[n].casefold() for n in new}

    def alike(one: int, other: int) -> float:
        return fuzz.ratio(lowered[0][one], lowered[1][other], score_cutoff=SAME)

    if len(old) * len(new) > MOST_PAIRS:
        return _near_pairs(old, new, alike)
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, one in enumerate(old, 1):
        for j, other in enumerate(new, 1):
            best[i][j] = max(best[i - 1][j], best[i][j - 1], best[i - 1][j - 1] + alike(one, other))
    found, i, j = [], len(old), len(new)
    while i and j:
        if best[i][j] == best[i - 1][j]:
            i -= 1
        elif best[i][j] == best[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            found.append((old[i], new[j]))
    return found[::-1]


def _near_pairs(old: list[int], new: list[int], alike: Callable[[int, int], float]) -> list[tuple[int, int]]:
    found, at = [], 0
    for other in new:
        near = range(at, min(at + NEAR, len(old)))
        scores = {n: alike(old[n], other) for n in near}
        best = max(near, key=lambda n: scores[n], default=None)
        if best is not None and scores[best]:
            found.append((old[best], other))
            at = best + 1
    return found


def _edits(
    before: Sequence[str], after: Sequence[str], old: list[int], new: list[int], pairs: list[tuple[int, int]]
) -> Iterator[tuple[Edit, int]]:
    """Yield the edits of one place in order, each with how many characters of the old text it leaves."""
    i = j = 0
    for one, other in [*pairs, (-1, -1)]:
        stop_i, stop_j = (old.index(one, i), new.index(other, j)) if one >= 0 else (len(old), len(new))
        if i < stop_i:
            yield Edit("delete", _whole(before, old[i:stop_i]), (), (old[i], new[j] if j < len(new) else len(after))), 0
        if j < stop_j:
            yield Edit("insert", (), _whole(after, new[j:stop_j]), (old[i] if i < len(old) else len(before), new[j])), 0
        i, j = stop_i + 1, stop_j + 1
        if one >= 0:
            was, became, left = altered(before[one], after[other])
            yield Edit("replace", (was,), (became,), (one, other)), left


def _whole(sentences: Sequence[str], numbers: list[int]) -> tuple[Sentence, ...]:
    return tuple(Sentence(sentences[n], ((0, len(sentences[n])),)) for n in numbers)


def altered(before: str, after: str) -> tuple[Sentence, Sentence, int]:
    """Return two sentences with the words marked that differ, and how many characters of the first are left."""
    olds, news = tokens(before), tokens(after)
    steps = Indel.opcodes([word_key(token[0]) for token in olds], [word_key(token[0]) for token in news])
    marks: list[Span] = []
    new_marks: list[Span] = []
    for step in steps:
        if step.tag == "delete":
            marks.append((olds[step.src_start].start(), olds[step.src_end - 1].end()))
        elif step.tag == "insert":
            new_marks.append((news[step.dest_start].start(), news[step.dest_end - 1].end()))
    left = len(before) - sum(end - start for start, end in marks)
    return Sentence(before, tuple(marks)), Sentence(after, tuple(new_marks)), left
