"""Dated rows: what is on record about one candidacy, with every day that bears on it (2.9).

Two days ask two questions of a row: had it happened by `as_of`, and was it on record on `known`?
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

Span = tuple[date, date | None]
"""From a day, that day included, to another, that day excluded; None: ever since."""


@dataclass(slots=True, kw_only=True)
class Row:
    """What every dated row carries.

    Nobody changes one. It is not frozen, for a bulk run makes fifty of them for each profile.

    It happened between `on` and `until`, one day if `until` is None, unknown when if both are.
    `recorded` is the day it was put on record. While it is `absent` it does not stand: superseded,
    retracted or merged for good, lost until found again.
    """

    recorded: date
    on: date | None = None
    until: date | None = None
    absent: tuple[Span, ...] = ()

    def stands(self, known: date) -> bool:
        """Tell whether the row was on record on a day."""
        if not self.absent:
            return self.recorded <= known
        away = (start <= known and (end is None or known < end) for start, end in self.absent)
        return self.recorded <= known and not any(away)

    def may_have_happened(self, as_of: date) -> bool:
        """Tell whether the row may have happened by a day."""
        return self.on is None or self.on <= as_of

    def has_happened(self, as_of: date) -> bool:
        """Tell whether the row had surely happened by a day; what is on record has, unless it lies ahead."""
        if self.on is not None and self.on > as_of:
            return False
        return self.recorded <= as_of or (self.until or self.on or date.max) <= as_of


class Graders(Enum):
    """Who stands behind a grade: one person; two, who agreed or whose difference was resolved; two who differ."""

    ONE = "one"
    TWO = "two"
    DIFFER = "differ"


@dataclass(frozen=True, slots=True)
class Grade:
    """A code given on a day; an empty one takes back what was given before."""

    recorded: date
    code: str
    graders: Graders = Graders.ONE


def in_force(grades: Iterable[Grade], known: date) -> Grade | None:
    """Return the grade in force on a day, of several of one day the one given last; None where there is none."""
    found = None
    for grade in grades:
        if grade.recorded <= known and (found is None or grade.recorded >= found.recorded):
            found = grade
    return found


def latest(grades: Iterable[Grade], known: date) -> str:
    """Return the code in force on a day; "" where there is none."""
    grade = in_force(grades, known)
    return grade.code if grade else ""


class Stance(Enum):
    """What a citation does to a claim; bare denials and context are shown and never scored."""

    SUPPORTS = "S"
    REFUTES = "R"
    DENIES = "D"
    CONTEXT = "C"


@dataclass(slots=True, kw_only=True)
class Act(Row):
    """One act of an authority or a complainant, with the gradings of its forum."""

    code: str
    forum: tuple[Grade, ...] = ()


@dataclass(slots=True, kw_only=True)
class Cited(Row):
    """One citation: what it rests on, its stance, and the gradings of its source and of the item.

    `origin` grades name the origin; citations without one share a single origin, for independence
    must be argued.
    """

    key: str
    stance: Stance = Stance.SUPPORTS
    origin: tuple[Grade, ...] = ()
    reliability: tuple[Grade, ...] = ()
    credibility: tuple[Grade, ...] = ()


@dataclass(slots=True, kw_only=True)
class Matter(Row):
    """One course of conduct with all that is on record about it; it happens when it is first alleged.

    `usual` is the severity of its kind of act by the category table, from which nobody deviates alone; None where
    the table has none (2.2).
    """

    tag: int
    usual: int | None = None
    severity: tuple[Grade, ...] = ()
    link: tuple[Grade, ...] = ()
    acts: tuple[Act, ...] = ()
    citations: tuple[Cited, ...] = ()

    def was_alleged(self, as_of: date, known: date) -> bool:
        """Tell whether the matter had surely been alleged by a day, as far as another day knew.

        Undated, it was at the latest when an act or a source that was on record tells of it.
        """
        if self.on is not None and self.on > as_of:
            return False
        return self.recorded <= as_of or (self.until or self._told(known) or self.on or date.max) <= as_of

    def _told(self, known: date) -> date | None:
        rows: tuple[Row, ...] = (*self.acts, *self.citations)
        return min((row.until for row in rows if row.until and row.stands(known)), default=None)


@dataclass(slots=True, kw_only=True)
class Check(Row):
    """One of the twelve research checks; it counts from the day it was done to the day before `lapses`."""

    kind: int
    lapses: date
    applies: bool = True


@dataclass(slots=True, kw_only=True)
class Answer(Row):
    """A request for a reply (S), that it was declined (X), or a reply without (D) or with evidence (E).

    A request that nobody has answered counts as unanswered from the day on which it is `overdue`.
    """

    code: str
    overdue: date | None = None


@dataclass(slots=True, kw_only=True)
class Letter(Row):
    """A letter with its distinct signatories and their distinct countries, None where they are not known."""

    opposes: bool
    signatories: int
    countries: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All rows about one candidacy."""

    slug: str
    matters: tuple[Matter, ...] = ()
    checks: tuple[Check, ...] = ()
    answers: tuple[Answer, ...] = ()
    letters: tuple[Letter, ...] = ()
