"""Questions about the evidence that more than one edge asks."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from allegations.models import Citation, Origin
from allegations.provenance import OriginNode


def origins_of(citations: Iterable[Citation]) -> dict[Hashable, OriginNode]:
    """The origins that citations name, with all that those rest on, by id; one query for each level."""
    found: dict[Hashable, OriginNode] = {}
    wanted: set[Hashable] = {citation.origin_id for citation in citations if citation.origin_id}
    while wanted:
        level = Origin.objects.filter(pk__in=wanted)
        found |= {row.pk: OriginNode(row.pk, row.rests_on_id, row.independence) for row in level}
        wanted = {node.rests_on for node in found.values() if node.rests_on} - found.keys()
    return found
