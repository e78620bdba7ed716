"""Questions about the evidence that more than one edge asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from allegations.codes import LOST, LinkState, Stance
from allegations.models import Citation, Origin, Source
from allegations.models.citation import TARGETS
from allegations.provenance import OriginNode


def origins_of(citations: Iterable[Citation]) -> dict[Hashable, OriginNode]:
    """The origins that citations name, with all that those rest on, by id; one query for each level."""
    found: dict[Hashable, OriginNode] = {}
    wanted: set[Any] = {citation.origin_id for citation in citations if citation.origin_id}
    while wanted:
        level = Origin.objects.filter(pk__in=wanted)
        found |= {row.pk: OriginNode(row.pk, row.rests_on_id, row.independence) for row in level}
        wanted = {node.rests_on for node in found.values() if node.rests_on} - found.keys()
    return found


def counts_in_public(record: Source | Origin) -> bool:
    """Tell whether what the public sees rests on this source or origin, so that only an editor changes it."""
    published = Citation.objects.filter(published_at__isnull=False)
    if isinstance(record, Source):
        return published.filter(source=record).exists()
    above, wanted = {record.pk}, {record.pk}
    while wanted:
        wanted = set(Origin.objects.filter(rests_on__in=wanted).values_list("pk", flat=True)) - above
        above |= wanted
    return published.filter(origin__in=above).exists()


@dataclass(frozen=True, slots=True)
class Support:
    """A source on which published statements rest alone: if its link dies, they stand unsupported.

    `lost` tells that it is lost already; `statements` are the records that cite it, each once.
    """

    source: Source
    statements: tuple[Model, ...]
    lost: bool

    @property
    def troubled(self) -> bool:
        """Whether the last check did not show the page."""
        return self.source.state not in STANDING


ARCHIVED, LIVING, GONE = "archived", "living", "gone"
STANDING = (LinkState.NEW, LinkState.ALIVE, LinkState.MOVED)


def last_supports() -> list[Support]:
    """The sources without an archived copy that alone support a published statement; the lost first, then troubled."""
    standing: defaultdict[tuple[str, Any], dict[Any, str]] = defaultdict(dict)
    for source, state, archived, *targets in _published_support():
        standing[_target(targets)][source] = ARCHIVED if archived else GONE if state in LOST else LIVING
    alone = {source for supports in standing.values() for source in _alone(supports)}
    cited = Citation.objects.published().filter(source__in=alone, stance=Stance.SUPPORTS)
    found: defaultdict[Source, dict[tuple[str, Any], Model]] = defaultdict(dict)
    for citation in cited.select_related("source__host", *TARGETS):
        target = _target([getattr(citation, f"{name}_id") for name in TARGETS])
        if citation.source_id in _alone(standing[target]):
            found[citation.source][target] = citation.statement
    supports = [Support(source, tuple(rows.values()), source.is_lost) for source, rows in found.items()]
    return sorted(supports, key=lambda one: (not one.lost, not one.troubled, -len(one.statements), str(one.source)))


def _published_support() -> Iterable[tuple[Any, ...]]:
    rows = Citation.objects.published().filter(stance=Stance.SUPPORTS)
    return rows.values_list("source", "source__state", "source__archived", *TARGETS)


def _target(ids: Iterable[Any]) -> tuple[str, Any]:
    return next((name, pk) for name, pk in zip(TARGETS, ids, strict=True) if pk is not None)


def _alone(supports: dict[Any, str]) -> set[Any]:
    """The source that alone still stands, by its link only; where none stands, all that did."""
    if ARCHIVED in supports.values():
        return set()
    living = {source for source, how in supports.items() if how == LIVING}
    return (living or set(supports)) if len(living) < 2 else set()
