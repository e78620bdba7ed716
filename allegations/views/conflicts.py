"""Conflicts of fact as pages show them: the question, and each side with its sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from allegations.models import Allegation, CoalitionLetter, ConflictSide, FactConflict
from allegations.views.evidence import Cited, Evidence
from allegations.workflow import State


@dataclass(slots=True)
class Conflict:
    """A conflict with its sides, each with the marks of its sources."""

    record: FactConflict
    sides: list[Cited] = field(default_factory=list)


def sides_about(about: Q) -> QuerySet[ConflictSide]:
    """The sides of published conflicts that `about` picks; those about something retracted are left out."""
    conflicts = FactConflict.objects.published().filter(about)
    conflicts = conflicts.exclude(allegation__in=Allegation.objects.filter(state=State.RETRACTED))
    conflicts = conflicts.exclude(letter__in=CoalitionLetter.objects.filter(state=State.RETRACTED))
    return ConflictSide.objects.filter(conflict__in=conflicts).select_related("conflict").order_by("conflict", "id")


def conflicts_of(sides: Iterable[ConflictSide], evidence: Evidence) -> list[Conflict]:
    """Group sides by their conflict, in the order given."""
    found: dict[int, Conflict] = {}
    for side in sides:
        conflict = found.setdefault(side.conflict_id, Conflict(side.conflict))
        conflict.sides.append(Cited(side, evidence.of(side)))
    return list(found.values())
