"""Search: candidates by any of their names, in any script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from candidates.models import Candidacy, Candidate
from candidates.names import closeness

LONGEST_QUERY = 100
MOST_FOUND = 50
MOST_READ = 200
"""Of how many the names are read to find the closest."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A candidate that was found, how close (3 the same name, 1 only sounds alike), and the names it also has."""

    candidate: Candidate
    closeness: int
    names: list[Any]

    @property
    def only_sounds_alike(self) -> bool:
        return self.closeness == 1


@dataclass(frozen=True, slots=True)
class Found:
    """The closest of the candidates that a query may mean, and how many these are; `is_more`: more than `total`."""

    hits: list[Hit]
    total: int
    is_more: bool

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.hits)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    query = " ".join(request.GET.get("q", "").split())[:LONGEST_QUERY]
    return render(request, "vetting/search.html", {"query": query, "found": find(query)})


def find(query: str) -> Found:
    """Published candidates that a query may mean, the closest first, then by name.

    Of many the database chooses which names are read and compared, by all that it can tell of how close they are.
    """
    wanted = Candidate.objects.published().closest_first(query).prefetch_related("names")
    rows = list(wanted[: MOST_READ + 1])
    hits = sorted((_hit(query, row) for row in rows[:MOST_READ]), key=lambda hit: -hit.closeness)[:MOST_FOUND]
    public = Candidacy.objects.published().select_related("contest__election", "nominated_by")
    prefetch_related_objects([hit.candidate for hit in hits], Prefetch("candidacies", public))
    return Found(hits, total=min(len(rows), MOST_READ), is_more=len(rows) > MOST_READ)


def _hit(query: str, candidate: Candidate) -> Hit:
    names = list(candidate.names.all())
    others = [name for name in names if name.text != candidate.name]
    return Hit(candidate, closeness(query, [candidate.name, *(name.text for name in names)]), others)
