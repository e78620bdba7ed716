"""Conflicts of fact as pages show them: the question, and each side with its sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from allegations.models import ConflictSide, FactConflict
from allegations.views.evidence import Cited, Evidence


@dataclass(slots=True)
class Conflict:
    """A conflict with its sides, each with the marks of its sources."""

    record: FactConflict
    sides: list[Cited] = field(default_factory=list)


def sides_about(about: Q) -> QuerySet[ConflictSide]:
    """The sides of published conflicts that `about` picks."""
    conflicts = FactConflict.objects.published().filter(about)
    return ConflictSide.objects.filter(conflict__in=conflicts).select_related("conflict").order_by("conflict", "id")


def conflicts_of(sides: Iterable[ConflictSide], evidence: Evidence) -> list[Conflict]:
    """Group sides by their conflict, in the order given."""
    found: dict[int, Conflict] = {}
    for side in sides:
        conflict = found.setdefault(side.conflict_id, Conflict(side.conflict))
        conflict.sides.append(Cited(side, evidence.of(side)))
    return list(found.values())
