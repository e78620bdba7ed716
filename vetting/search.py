"""Search: candidates by any of their names, in any script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from candidates.models import Candidacy, Candidate
from candidates.names import closeness

LONGEST_QUERY = 100
MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """A candidate that was found, how close (3 the same name, 1 only sounds alike), and the names it also has."""

    candidate: Candidate
    closeness: int
    names: list[Any]

    @property
    def only_sounds_alike(self) -> bool:
        return self.closeness == 1


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    query = " ".join(request.GET.get("q", "").split())[:LONGEST_QUERY]
    return render(request, "vetting/search.html", {"query": query, "hits": find(query)})


def find(query: str) -> list[Hit]:
    """Published candidates that a query may mean, the closest first, then by name."""
    public = Candidacy.objects.published().select_related("contest__election", "nominated_by")
    rows = Candidate.objects.published().called(query).prefetch_related("names", Prefetch("candidacies", public))
    hits = [_hit(query, candidate) for candidate in rows]
    return sorted(hits, key=lambda hit: (-hit.closeness, hit.candidate.sort_name))[:MOST_FOUND]


def _hit(query: str, candidate: Candidate) -> Hit:
    names = list(candidate.names.all())
    others = [name for name in names if name.text != candidate.name]
    return Hit(candidate, closeness(query, [candidate.name, *(name.text for name in names)]), others)
