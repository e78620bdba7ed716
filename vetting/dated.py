"""The days of a row: since when it is on record, when it was graded or amended, and when it did not stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from allegations.codes import LOST
from allegations.grading import UNASSESSED, Given, Pair, Part, pairs
from allegations.workflow import STANDING
from vetting.risk.records import Grade, Graders, Span

if TYPE_CHECKING:
    from vetting.histories import AmendmentRow, GradingRow, MoveRow
    from vetting.reading import CitationRow

NO_GRADE = (None, "", UNASSESSED)
"""What a column holds before anything was graded."""


def recorded(*moments: datetime | None) -> date:
    """The day by which all of these were on record; each is."""
    return max(moment for moment in moments if moment).date()


@lru_cache(maxsize=65_536)
def one_grade(since: date, column: object) -> tuple[Grade, ...]:
    """The grade of a column that one person gave on a day, if it holds any; most are like others, and made once."""
    return () if column in NO_GRADE else (Grade(since, str(column)),)


def grades(
    given: Sequence[GradingRow] | None, scale: str, column: object, since: date, *, against: bool = True
) -> tuple[Grade, ...]:
    """The grades of one thing on a scale with their days, from its gradings.

    `against` tells whether the grade weighs against the person, which decides what counts while two graders differ.
    A column that says otherwise than the last of them was written by other hands, nobody knows when; it
    counts from that last grading on, and without any from the day `since`.
    """
    if not given:
        return one_grade(since, column)
    stands = [*pairs(Given(row.pk, Part(row.part), row.first, row.value) for row in given)]
    days = (row.day for row in given)
    found = [
        Grade(day, pair.value(scale, against=against), _graders(pair)) for day, pair in zip(days, stands, strict=True)
    ]
    now = "" if column is None else str(column)
    expected = stands[-1].column(scale, against=against)
    return (*found,) if expected == now else (*found, Grade(found[-1].recorded, now))


def _graders(pair: Pair) -> Graders:
    if pair.is_open:
        return Graders.DIFFER
    return Graders.TWO if pair.is_by_two else Graders.ONE


def fallen(state: str, fell_on: date | None) -> tuple[Span, ...]:
    """Since when a reviewed record stands no more; if nobody wrote that down, it never stood."""
    return () if state in STANDING else ((fell_on or date.min, None),)


def said_on(amended: Sequence[AmendmentRow], day: date) -> Mapping[str, Any] | None:
    """What a record said on a day, from its amendments in order; None where it said what it says now."""
    return next((row.was for row in amended if row.day > day), None)


def merged(into: object, amended: Sequence[AmendmentRow]) -> tuple[Span, ...]:
    """When a matter was merged into another one: it never stood where nobody kept the day."""
    if into is None and not amended:
        return ()
    said = [*((row.was["merged_into"], row.day) for row in amended), (into, None)]
    starts = [date.min, *(row.day for row in amended)]
    return tuple((start, end) for start, (other, end) in zip(starts, said, strict=True) if other is not None)


def lost(citation: CitationRow, moves: Sequence[MoveRow] | None) -> tuple[Span, ...]:
    """When the source of a citation was lost: gone or taken over, and no archived copy kept."""
    if not moves and citation.state not in LOST:
        return ()
    spans, start = [], None
    for reached, day in moves or ():
        if reached in LOST:
            start = start or day
        elif start:
            spans.append((start, day))
            start = None
    found: list[Span] = [*spans, (start or date.min, None)] if citation.state in LOST else [*spans]
    if not citation.archived:
        return tuple(found)
    kept: date = citation.kept_since or date.min
    return tuple((begun, min(end or kept, kept)) for begun, end in found if begun < kept)
