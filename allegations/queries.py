"""Questions about the evidence that more than one edge asks."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from allegations.models import Citation, Origin, Source
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
