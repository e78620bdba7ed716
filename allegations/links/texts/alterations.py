"""What the edits of a text alter of its telling parts, and the sentences that say so to a reviewer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from allegations.links.texts.diff import Edit, Sentence
from allegations.links.texts.folding import tokens, word_key
from allegations.links.texts.telling import Finder, Kind, Telling

MOST_LOOKED_AT = 800_000  # characters of changed sentences; beyond, the text is another one anyway
MOST_SHOWN = 60  # characters of a telling part
CALLED = {
    Kind.NEGATION: "negation",
    Kind.VERDICT: "word",
    Kind.NAME: "name",
    Kind.DATE: "date",
    Kind.MONEY: "sum",
    Kind.PERCENT: "percentage",
    Kind.NUMBER: "number",
}
HOLDS = {
    Kind.NEGATION: "holds a negation: {}",
    Kind.VERDICT: "speaks of a charge, a verdict or the like: {}",
    Kind.NAME: "names {}",
    Kind.DATE: "holds a date: {}",
    Kind.MONEY: "holds a sum of money: {}",
    Kind.PERCENT: "holds a percentage: {}",
    Kind.NUMBER: "holds a number: {}",
}
ORDER = {kind: number for number, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Alteration:
    """A telling part that came (`was` is None), went (`became` is None), changed or moved.

    `whole` tells that it came or went with its whole sentence, rather than in one that was altered.
    """

    kind: Kind
    was: str | None
    became: str | None
    whole: bool = False

    def sentence(self) -> str:
        """Say it."""
        if self.whole:
            holds = HOLDS[self.kind].format(_shown(self.kind, self.was or self.became or ""))
            return f"{'An added' if self.was is None else 'A removed'} sentence {holds}."
        called = CALLED[self.kind]
        if self.was is not None and self.became is not None:
            was, became = _shown(self.kind, self.was), _shown(self.kind, self.became)
            if _alike(self.was, self.became):
                return f"The {called} {was} was moved."
            return f"The {called} {was} became {became}."
        done, part = ("added", self.became) if self.was is None else ("removed", self.was)
        if self.kind is Kind.NEGATION:
            return f"A negation was {done}: {_shown(self.kind, part or '')}."
        return f"The {called} {_shown(self.kind, part or '')} was {done}."


def alterations(edits: Iterable[Edit], finder: Finder) -> list[Alteration]:
    """Return what the edits alter, weightiest first and each once."""
    found: dict[Alteration, None] = {}
    room = MOST_LOOKED_AT
    for edit in edits:
        room -= sum(len(one.text) for one in (*edit.before, *edit.after))
        if room < 0:
            break
        found.update(dict.fromkeys(_of(edit, finder)))
    return sorted(found, key=lambda one: (one.whole, ORDER[one.kind]))


def _of(edit: Edit, finder: Finder) -> Iterator[Alteration]:
    if edit.op in ("replace", "title"):
        yield from _pairs(_touched(edit.before[0], finder), _touched(edit.after[0], finder))
    elif edit.op == "insert":
        for part in _parts(edit.after, finder):
            yield Alteration(part.kind, None, part.value, whole=True)
    elif edit.op == "delete":
        for part in _parts(edit.before, finder):
            yield Alteration(part.kind, part.value, None, whole=True)


def _parts(sentences: Iterable[Sentence], finder: Finder) -> Iterator[Telling]:
    for text in (one.text for one in sentences):
        if not finder.passes_over(text):
            yield from finder.find(text, tokens(text))


def _touched(sentence: Sentence, finder: Finder) -> list[Telling]:
    """Return the telling parts of a sentence that its changed words are part of, in order."""
    if not sentence.spans or finder.passes_over(sentence.text):
        return []
    parts = finder.find(sentence.text, tokens(sentence.text))
    touched = [part for part in parts if any(start < part.end and part.start < end for start, end in sentence.spans)]
    return sorted(touched, key=lambda part: (part.start, part.end))


def _pairs(gone: list[Telling], come: list[Telling]) -> Iterator[Alteration]:
    """Yield what became what, kind by kind: first what only moved, then the rest in order."""
    for kind in Kind:
        was, became = (
            [part.value for part in gone if part.kind is kind],
            [part.value for part in come if part.kind is kind],
        )
        for value in list(was):
            if same := next((other for other in became if _alike(value, other)), None):
                was.remove(value)
                became.remove(same)
                yield Alteration(kind, value, same)
        for n in range(max(len(was), len(became))):
            yield Alteration(kind, was[n] if n < len(was) else None, became[n] if n < len(became) else None)


def _alike(one: str, other: str) -> bool:
    return word_key(one) == word_key(other)


def _shown(kind: Kind, part: str) -> str:
    part = part if len(part) <= MOST_SHOWN else part[: MOST_SHOWN - 1] + "…"
    return part if kind is Kind.NUMBER and part[:1].isdigit() else f"“{part}”"
