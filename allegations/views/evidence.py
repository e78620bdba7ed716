"""The sources of many statements at once: read in one query, and numbered in the order in which a page names them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q

from allegations.models import (
    Allegation,
    Citation,
    CoalitionLetter,
    ConflictSide,
    Origin,
    Proceeding,
    Reply,
    Source,
)
from candidates.models import Candidacy, Election

TARGETS: dict[type[Model], str] = {
    Allegation: "allegation",
    Proceeding: "proceeding",
    CoalitionLetter: "letter",
    Reply: "reply",
    Candidacy: "candidacy",
    Election: "election",
    ConflictSide: "conflict_side",
}
ORIGINS_BEHIND = """
WITH RECURSIVE behind AS (
    SELECT * FROM allegations_origin WHERE id = ANY(%s)
    UNION
    SELECT below.* FROM allegations_origin below JOIN behind ON below.id = behind.rests_on_id
)
SELECT * FROM behind
"""
Key = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """A citation with the number that its source has on the page."""

    number: int
    citation: Citation

    @property
    def source(self) -> Source:
        return self.citation.source


@dataclass(frozen=True, slots=True)
class Cited:
    """A record with the marks of the sources it rests on."""

    record: Any
    marks: list[Mark]


class Evidence:
    """The published citations of statements; sources are numbered from 1, by the order of the statements.

    With `shows`, only those that it holds for.
    """

    def __init__(self, statements: Iterable[Model], shows: Callable[[Citation], bool] | None = None) -> None:
        places = {key_of(statement): place for place, statement in enumerate(statements)}
        shown = [row for row in _citations(places) if shows is None or shows(row)]
        cited = sorted(shown, key=lambda citation: (places[_key(citation)], citation.pk))
        numbers: dict[Any, int] = {}
        self.marks = [Mark(numbers.setdefault(row.source_id, len(numbers) + 1), row) for row in cited]
        self._by_statement: dict[Key, list[Mark]] = defaultdict(list)
        for mark in self.marks:
            self._by_statement[_key(mark.citation)].append(mark)

    def of(self, statement: Model) -> list[Mark]:
        """The citations of one statement."""
        return self._by_statement[key_of(statement)]

    def cited(self, statements: Iterable[Model]) -> list[Cited]:
        """Each statement with its marks."""
        return [Cited(statement, self.of(statement)) for statement in statements]

    @property
    def sources(self) -> list[Mark]:
        """Each source once, by its first citation, in the order of the numbers."""
        return list({mark.number: mark for mark in reversed(self.marks)}.values())[::-1]


def origins_behind(marks: Iterable[Mark], also: Iterable[Any] = ()) -> dict[int, Origin]:
    """The origins that citations name, and `also` these, with all that those rest on, by id, in one query."""
    named = sorted({*also, *(mark.citation.origin_id for mark in marks if mark.citation.origin_id)})
    return {row.pk: row for row in Origin.objects.raw(ORIGINS_BEHIND, [named])} if named else {}


def key_of(statement: Model) -> Key:
    return TARGETS[type(statement)], statement.pk


def _key(citation: Citation) -> Key:
    return next((target, pk) for target in TARGETS.values() if (pk := getattr(citation, f"{target}_id")))


def _citations(keys: Iterable[Key]) -> Sequence[Citation]:
    ids: dict[str, list[Any]] = defaultdict(list)
    for target, pk in keys:
        ids[target].append(pk)
    if not ids:
        return []
    wanted = Q.create([(f"{target}__in", found) for target, found in ids.items()], connector=Q.OR)
    return list(Citation.objects.published().filter(wanted).select_related("source__publisher"))
