"""How citations are grouped by origin, from day to day."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import chain, groupby, starmap

from allegations.provenance import OriginNode, cluster_of, sources_of
from allegations.queries import origins_of
from vetting.dated import one_grade, said_on
from vetting.histories import Amendments, amended_origins
from vetting.reading import CitationRow
from vetting.risk.records import Grade

Origins = Mapping[Hashable, OriginNode]
ARGUED = "argued"
"""Stands for a sentence that argued the independence of an origin and is there no more."""


class Groupings:
    """The cluster of each of many citations, on every day.

    Without `amended`, or where nothing in it and no origin was, all citations have one grouping, and it costs what
    that takes: one query for each level of origins.
    """

    def __init__(self, cited: Iterable[CitationRow], amended: Amendments | None = None) -> None:
        self._amended = dict(amended or {})
        self._origins: Origins = origins_of(cited) if amended is None else self._over_time(cited)
        self._moved = any(kind in ("citation", "origin") for kind, _pk in self._amended)
        self._days = {row.day for (kind, _pk), rows in self._amended.items() if kind == "origin" for row in rows}
        self._on = cache(self._origins_on)

    def of(self, cited: CitationRow, beside: Sequence[CitationRow]) -> tuple[Grade, ...]:
        """The cluster of a citation, and another from each day on which it is counted with others than before.

        It goes back to other citations `beside` it as far as these are on record without a gap.
        """
        if self._moved:
            return self._from_day_to_day(cited, beside)
        if not cited.derived_from_id:
            return one_grade(cited.day, cluster_of(cited.origin_id, self._origins))
        return origin_grades(cited, above(cited, beside), self._origins)

    def _over_time(self, cited: Iterable[CitationRow]) -> Origins:
        """Read the origins that are or were named, with all that those rest on or did, and what they said before."""
        found: dict[Hashable, OriginNode] = {}
        wanted: set[Hashable] = {row.origin_id for row in cited}
        wanted |= {row.was.get("origin") for rows in self._amended.values() for row in rows}
        while wanted := wanted - found.keys() - {None}:
            level = list(amended_origins(wanted))
            found |= {node.key: node for node, _ in level}
            self._amended |= {("origin", node.key): rows for node, rows in level if rows}
            wanted = {node.rests_on for node, _ in level}
            wanted |= {row.was["rests_on"] for _, rows in level for row in rows}
        return found

    def _from_day_to_day(self, cited: CitationRow, beside: Sequence[CitationRow]) -> tuple[Grade, ...]:
        side = {row.pk: row for row in beside if row.stance == cited.stance}
        days = {row.day for row in side.values()} | self._days
        days |= {row.day for pk in side for row in self._amended.get(("citation", pk), ())}
        on = sorted({cited.day, *(day for day in days if day > cited.day)})
        clusters = ((day, self._cluster(cited, side, day)) for day in on)
        first_days = (next(same) for _cluster, same in groupby(clusters, key=lambda found: found[1]))
        return tuple(chain.from_iterable(starmap(one_grade, first_days)))

    def _cluster(self, cited: CitationRow, side: Mapping[int, CitationRow], day: date) -> Hashable:
        """The cluster on one day: what is not on record by then leads to nothing."""
        said = {pk: self._said(row, day) for pk, row in side.items() if row.day <= day}
        last = [cited.pk, *sources_of(cited.pk, {pk: derived for pk, (derived, _origin) in said.items()})][-1]
        return cluster_of(said[last][1], self._on(day))

    def _said(self, row: CitationRow, day: date) -> tuple[int | None, int | None]:
        was = said_on(self._amended.get(("citation", row.pk), ()), day)
        return (was["derived_from"], was["origin"]) if was else (row.derived_from_id, row.origin_id)

    def _origins_on(self, day: date) -> Origins:
        return {key: self._origin_on(node, day) for key, node in self._origins.items()}

    def _origin_on(self, node: OriginNode, day: date) -> OriginNode:
        was = said_on(self._amended.get(("origin", node.key), ()), day)
        if was is None:
            return node
        return OriginNode(node.key, was["rests_on"], (node.independence.strip() or ARGUED) if was["argued"] else "")


def above(cited: CitationRow, beside: Sequence[CitationRow]) -> list[CitationRow]:
    """The citations that one goes back to, from the nearest on, among those beside it that take its side."""
    side = {row.pk: row for row in beside if row.stance == cited.stance}
    return [side[pk] for pk in sources_of(cited.pk, {pk: row.derived_from_id for pk, row in side.items()})]


def origin_grades(cited: CitationRow, above: Sequence[CitationRow], origins: Origins) -> tuple[Grade, ...]:
    """The cluster of a citation, and another from the day on which more of those that it goes back to are on record.

    It goes back to those `above` in order, on each day as far as they are on record without a gap.
    """
    found, since = {cited.day: cluster_of(cited.origin_id, origins)}, cited.day
    for row in above:
        since = max(since, row.day)
        found[since] = cluster_of(row.origin_id, origins)
    return tuple(chain.from_iterable(starmap(one_grade, found.items())))
