"""Grading by two: which matters ask for a second grader, and what counts of several gradings of one thing.

Methodology 2.12, safeguards 2 and 3. Asks no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

SEVERITY_FOR_TWO = 4
LINK_FOR_TWO = 3
STAGES_FOR_TWO = frozenset({
    "suspect", "provisional-measure",
    "charged", "arrest-warrant", "named-by-inquiry", "on-trial",
    "adverse-finding", "convicted", "pending-appeal",
})  # fmt: skip
"""The stages from K3 on."""
SEVERITY, LINK, FORUM = "severity", "link", "forum"
RELIABILITY, CREDIBILITY = "reliability", "credibility"
UNASSESSED = "U"
# The grades of each scale, from the one that weighs least against the person.
WEIGHT = {
    SEVERITY: "12345",
    LINK: "01234",
    RELIABILITY: "EFDCBA",
    CREDIBILITY: "564321",
    FORUM: "NPUR",
}
# The same where the grade speaks for the person: only a forum weighs otherwise then, for one that nobody has assessed
# counts in full.
WEIGHT_FOR = WEIGHT | {FORUM: "NPRU"}
# The steps of each scale, by which two grades lie apart; what cannot be judged is on none.
STEPS = {SEVERITY: "12345", LINK: "01234", RELIABILITY: "EDCBA", CREDIBILITY: "54321", FORUM: "NPR"}


class Part(StrEnum):
    """Which part a grading plays: the first, a second one of the same thing, or the decision between the two."""

    FIRST = "first"
    SECOND = "second"
    RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True)
class Given:
    """One grading; `first` is the id of the grading that it answers."""

    pk: int
    part: Part
    first: int | None
    value: str
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A grading with the second one of the same thing, and what was decided where they differ."""

    first: Given
    second: Given | None = None
    resolution: Given | None = None

    @property
    def is_single(self) -> bool:
        """Whether there is a grade that nobody has given a second time."""
        return bool(self.first.value) and self.second is None

    @property
    def differs(self) -> bool:
        return self.second is not None and self.second.value != self.first.value

    @property
    def is_open(self) -> bool:
        """Whether the two differ and nobody has decided yet."""
        return self.differs and self.resolution is None

    @property
    def is_by_two(self) -> bool:
        """Whether two people stand behind the grade: they agreed, or their difference was resolved."""
        return self.second is not None and not self.is_open

    def value(self, scale: str, *, against: bool = True) -> str:
        """The grade that counts: the resolution, or of two the one more favourable to the person.

        `against` tells whether the grade weighs against the person, as that of a source in support of a claim does,
        or for the person, as that of a refutation. One that is on no scale, which only other hands can have written,
        weighs least.
        """
        if self.resolution:
            return self.resolution.value
        if self.second is None or not self.differs:
            return self.first.value
        order = WEIGHT if against else WEIGHT_FOR
        choose = min if against else max
        return choose(self.first.value, self.second.value, key=order[scale].find)

    def column(self, scale: str, *, against: bool = True) -> str:
        """The grade that the record itself carries.

        A source may be cited for and against, so its own column takes the lower grade; a forum on which two differ
        is not assessed, for one grade may weigh both ways in one proceeding.
        """
        if scale == FORUM and self.is_open:
            return UNASSESSED
        return self.value(scale, against=against or scale == RELIABILITY)


def pairs(rows: Iterable[Given]) -> Iterator[Pair]:
    """Yield how the grade of one thing stands after each of its gradings, which come in the order they were given.

    A new first grading starts over; an answer to an earlier one changes nothing any more.
    """
    pair: Pair | None = None
    for row in rows:
        if row.part is Part.FIRST:
            pair = Pair(row)
        elif pair is not None and row.first == pair.first.pk:
            pair = replace(pair, **{row.part.value: row})
        if pair is not None:
            yield pair


def last_pair(rows: Iterable[Given]) -> Pair | None:
    """How the grade of one thing stands after all of its gradings."""
    return next(reversed([*pairs(rows)]), None)


def asks_for_two(severity: int | None, link: int | None, stages: Iterable[str], usual: int | None = None) -> bool:
    """Tell whether the method asks for two graders of every grade of a matter.

    `usual` is the severity of its kind of act by the category table, which nobody deviates from alone.
    """
    grave = severity is not None and severity >= SEVERITY_FOR_TWO
    deviates = None not in (severity, usual) and severity != usual
    close = link is not None and link >= LINK_FOR_TWO
    return grave or deviates or close or bool(STAGES_FOR_TWO & set(stages))
