"""How far anyone has looked: the twelve checks of the method for a candidacy, each in one of five states."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from candidates.models import Candidacy, ResearchCheck
from vetting.plots.checkgrid import Box, box

COURTS = (ResearchCheck.Kind.COURTS_HOME, ResearchCheck.Kind.COURTS_ELSEWHERE)
OTHERWISE = (ResearchCheck.Kind.IDENTITY, ResearchCheck.Kind.REPLY)
"""The checks that look for something else than a concern: who the candidate is, and what is answered."""


class CheckState(TextChoices):
    FOUND = "found", _("done, something found")
    NOTHING_FOUND = "nothing-found", _("done, nothing found")
    NOT_APPLICABLE = "not-applicable", _("does not apply")
    LAPSED = "lapsed", _("done too long ago to count")
    NOT_DONE = "not-done", _("not done")


@dataclass(frozen=True, slots=True)
class Check:
    """One of the twelve checks, with the latest row of it, if there is any."""

    number: int
    label: str
    state: CheckState
    row: ResearchCheck | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The twelve checks of a candidacy on one day."""

    checks: tuple[Check, ...]

    def count(self, *states: CheckState) -> int:
        return sum(check.state in states for check in self.checks)

    @property
    def grid(self) -> list[tuple[Box, Check]]:
        """Each check with its cell in the drawing."""
        return [(box(place), check) for place, check in enumerate(self.checks)]

    @property
    def done(self) -> int:
        return self.count(CheckState.FOUND, CheckState.NOTHING_FOUND)

    @property
    def found(self) -> int:
        """How many of the checks that look for a concern found something, published or not."""
        return sum(check.state == CheckState.FOUND and check.number not in OTHERWISE for check in self.checks)

    @property
    def applicable(self) -> int:
        return len(self.checks) - self.count(CheckState.NOT_APPLICABLE)

    @property
    def missing(self) -> list[Check]:
        return [check for check in self.checks if check.state in (CheckState.NOT_DONE, CheckState.LAPSED)]

    @property
    def is_office_verified(self) -> bool:
        """Tell whether identity and office were found on an official list, and that still counts."""
        return any(
            check.number == ResearchCheck.Kind.IDENTITY and check.state == CheckState.FOUND for check in self.checks
        )

    @property
    def courts_are_searched(self) -> bool:
        """Tell whether “no proceeding” would mean that somebody has looked for one."""
        return not any(check.number in COURTS for check in self.missing)

    @property
    def courts_found(self) -> bool:
        """Tell whether a search of courts and prosecutors found something, published or not."""
        return any(check.number in COURTS and check.state == CheckState.FOUND for check in self.checks)


def coverage_of(candidacy: Candidacy, rows: Iterable[ResearchCheck], day: date | None = None) -> Coverage:
    """Return where the twelve checks of a candidacy stand, from its published rows."""
    day = day or timezone.now().date()
    own = [row for row in rows if row.candidacy_id == candidacy.pk and row.done_on <= day]
    latest = {row.kind: row for row in sorted(own, key=lambda row: row.done_on)}
    return Coverage(tuple(_check(kind, latest.get(kind.value), day) for kind in ResearchCheck.Kind))


def _check(kind: ResearchCheck.Kind, row: ResearchCheck | None, day: date) -> Check:
    if row is None:
        state = CheckState.NOT_DONE
    elif row.valid_until <= day:
        state = CheckState.LAPSED
    else:
        state = CheckState(row.result)
    return Check(kind.value, str(kind.label), state, row)
