"""Suggestions for the citations of one statement: each two are compared, up to a bound, and nothing is merged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import combinations

from allegations.origins.agencies import UNNAMED, Credit, credits_in
from allegations.origins.attributions import Named, Spoken, attributed, named, spoken
from allegations.origins.likeness import alike, quoting
from allegations.origins.records import CitedText, Kind, Signal, Suggestion
from allegations.origins.words import Words, shortened, words_of

# Compared of one statement, those first that came on record first. That is at most 780 pairs of at most 4,000 words
# each: seconds at worst, when all of them are long and alike. Who comes later is named by `left_out`, and takes
# nothing from those before.
MOST_CITATIONS = 40
# A wire story is printed within days. Two stories of one agency that lie further apart are two stories.
WIRE_DAYS = timedelta(days=10)


@dataclass(frozen=True)
class _Read:
    """A citation with what its text tells, worked out once."""

    cited: CitedText

    @cached_property
    def words(self) -> Words:
        return words_of(self.cited.blocks)

    @cached_property
    def credits(self) -> dict[str, Credit]:
        cited = self.cited
        return credits_in(cited.author, cited.relays, cited.publisher, cited.blocks)

    @cached_property
    def said(self) -> Spoken:
        return spoken(self.cited.blocks)

    @cached_property
    def named(self) -> Named:
        return named(self.cited)


def suggestions(cited: Iterable[CitedText]) -> list[Suggestion]:
    """Return which of these citations of one statement may have one origin, in the order in which they came on record.

    What is on record already (one copies the other, both copy a third, both name one origin) is not suggested. Each
    pair is judged by itself: another citation beside it changes nothing.
    """
    read = [_Read(citation) for citation in _compared(cited)]
    return [found for one, other in combinations(read, 2) for found in _between(one, other)]


def left_out(cited: Iterable[CitedText]) -> list[int]:
    """The keys of the citations that are not compared because there are more than `MOST_CITATIONS`."""
    keys = sorted({citation.key for citation in cited})
    return keys[MOST_CITATIONS:]


def basis(*cited: CitedText) -> str:
    """Return a digest of the texts that a judgement on these citations rests on; their order does not matter."""
    texts = sorted((citation.key, citation.text_sha256, citation.quote) for citation in cited)
    return hashlib.sha256(repr(texts).encode("utf-8", "replace")).hexdigest()


def _compared(cited: Iterable[CitedText]) -> list[CitedText]:
    by_key = {citation.key: citation for citation in cited}
    return [by_key[key] for key in sorted(by_key)[:MOST_CITATIONS]]


def _between(one: _Read, other: _Read) -> Iterator[Suggestion]:
    if _on_record(one.cited, other.cited):
        return
    same = alike(one.cited, one.words, other.cited, other.words)
    if same:
        yield same
    if signals := tuple(_wire(one, other)):
        yield Suggestion(Kind.WIRE, one.cited.key, other.cited.key, signals=signals)
    for relay, source in ((one, other), (other, one)):
        if found := attributed(relay.said, relay.cited, relay.named, source.named, _label(source.cited)):
            yield Suggestion(Kind.ATTRIBUTED, relay.cited.key, source.cited.key, signals=tuple(found))
    if not same and (quoted := quoting(one.cited, one.words, other.cited, other.words)):
        yield quoted


def _on_record(one: CitedText, other: CitedText) -> bool:
    if one.key == other.derived_from or other.key == one.derived_from:
        return True
    return (one.derived_from or one.origin) is not None and (one.derived_from, one.origin) == (
        other.derived_from,
        other.origin,
    )


def _label(cited: CitedText) -> str:
    return f"“{shortened(cited.publisher or cited.title or 'the other', 80)}”"


def _wire(one: _Read, other: _Read) -> Iterator[Signal]:
    """Yield, for each agency that both go back to, where each of them says so."""
    if not _days_meet(one.cited, other.cited):
        return
    both = sorted(one.credits.keys() & other.credits.keys())
    if both:
        shown = [(side, side.credits[agency]) for agency in both for side in (one, other)]
    elif one.credits and other.credits and UNNAMED in one.credits | other.credits:
        shown = [(side, next(iter(side.credits.values()))) for side in (one, other)]
    else:
        return
    for side, credit in shown:
        yield Signal(credit.how, shortened(credit.line, 200), side.cited.key)


def _days_meet(one: CitedText, other: CitedText) -> bool:
    """Tell whether both may have been published within `WIRE_DAYS`; where a day is not known they may."""
    (begin, end), (other_begin, other_end) = one.dated, other.dated
    too_late = begin is not None and other_end is not None and begin - other_end > WIRE_DAYS
    too_early = other_begin is not None and end is not None and other_begin - end > WIRE_DAYS
    return not (too_late or too_early)
