"""The course of a profile: its index over time, as it was published day by day and as it is known on one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from vetting.assessments import lines_of
from vetting.days import Days, query
from vetting.plots.stepline import HEIGHT, TOP, Step, StepLine, level, step_line
from vetting.plots.timeaxis import TimeAxis, axis
from vetting.risk.line import MOST_DAYS, MOST_MOMENTS, Moment, days_until, why
from vetting.risk.records import Record
from vetting.risk.words import interval_wording, printed
from vetting.shown import Band, bands

LEFT = 8
"""Percent of the width that the scale takes."""
YEARS_APART = 13
MARKS = TOP + HEIGHT + 16
MARK = 12
"""Pixels: where the rows of marks begin, and how far apart they are."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A day of the course: what was said from it on, what moved, and what leads to the page of that day."""

    day: date
    said: str
    has_number: bool
    interval: str
    moved: tuple[str, ...]
    query: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the course: its entries, the first day first, and its drawing.

    `is_cut` tells whether it begins later than the record does.
    """

    entries: list[Entry]
    drawn: StepLine
    marks_at: int
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Course:
    """Both lines on one axis."""

    days: Days
    published: Line
    known: Line
    time: TimeAxis
    bands: list[tuple[Band, float]]

    @property
    def has_number(self) -> bool:
        return any(entry.has_number for line in (self.published, self.known) for entry in line.entries)

    @property
    def is_cut(self) -> bool:
        """Whether earlier days are left out of either line."""
        return self.published.is_cut or self.known.is_cut

    @property
    def most(self) -> dict[str, int]:
        """How many of the last moves a line shows, and of the last days on record it reads."""
        return {"moves": MOST_MOMENTS, "days": MOST_DAYS}

    @property
    def years(self) -> list[tuple[int, float]]:
        return self.time.years(apart=YEARS_APART)

    @property
    def first(self) -> date:
        return self.time.knots[0]

    @property
    def floor(self) -> float:
        return level(0)

    @property
    def height(self) -> int:
        return MARKS + 2 * MARK + 22

    @property
    def left(self) -> float:
        return LEFT


def course_of(record: Record, days: Days) -> Course | None:
    """Return the course up to two days; None where some day of it cannot be computed, which is logged."""
    lines = lines_of(record, as_of=days.as_of, known=days.known)
    if lines is None:
        return None
    published, known = lines
    time = axis((each.day for each in (*published, *known)), until=days.as_of, start=LEFT, end=100)
    return Course(
        days,
        _line(published, _first_day(record, min(days.as_of, days.known)), time, MARKS),
        _line(known, _first_day(record, days.as_of), time, MARKS + MARK),
        time,
        [(band, level(band.lowest)) for band in bands(published[-1].version)],
    )


def _first_day(record: Record, until: date) -> date:
    """The first day of anything on record up to one day, on which a line begins that is not cut."""
    return next(iter(days_until(record, until)), until)


def _line(found: Sequence[Moment], first: date, time: TimeAxis, marks_at: int) -> Line:
    is_cut = found[0].day > first
    begins = _("earlier days are left out here") if is_cut else _("the first day of anything on record")
    moved = [(begins,), *(_moved(before, after) for before, after in pairwise(found))]
    entries = [_entry(each, what) for each, what in zip(found, moved, strict=True)]
    steps = [_step(each) for each in found]
    return Line(entries, step_line(steps, time), marks_at, is_cut)


def _step(moment: Moment) -> Step:
    low, high = moment.i90 or (None, None)
    return Step(moment.day, moment.eci, low, high, moment.status.capitalize())


def _entry(moment: Moment, moved: tuple[str, ...]) -> Entry:
    has_number = moment.score is not None
    said = printed(moment.score) if moment.score is not None else moment.status.capitalize()
    interval = interval_wording(moment.i90, moment.score) if moment.i90 and moment.score is not None else ""
    return Entry(moment.day, said, has_number, interval, moved, query(moment.day, moment.known))


def _moved(before: Moment, after: Moment) -> tuple[str, ...]:
    return why(before, after) or (_("who objects or supports"),)
