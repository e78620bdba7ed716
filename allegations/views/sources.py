"""The page of a source: what is known of it, every check of its link, its copies, and what rests on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from allegations.models import Citation, Source

CHECKS_SHOWN = 20
# The paths from a citation to the record that has a page of its own, the one closest first.
PATHS = (
    ("allegation",),
    ("proceeding", "allegation"),
    ("reply", "allegation"),
    ("reply", "letter"),
    ("reply", "candidacy", "candidate"),
    ("reply", "institution"),
    ("letter",),
    ("candidacy", "candidate"),
    ("election",),
    ("conflict_side", "conflict", "allegation"),
    ("conflict_side", "conflict", "letter"),
    ("conflict_side", "conflict", "candidacy", "candidate"),
    ("conflict_side", "conflict", "contest", "election"),
)


@dataclass(frozen=True, slots=True)
class Use:
    """A statement that a source is cited for: what kind it is, and the record on whose page it stands."""

    citation: Citation
    kind: str
    page: Any


@require_safe
def source(request: HttpRequest, pk: str) -> HttpResponse:
    found = Source.objects.published().select_related("publisher", "host").filter(pk=pk).first()
    if found is None:
        raise Http404
    cited = Citation.objects.published().filter(source=found)
    context = {
        "source": found,
        "checks": found.checks.all()[:CHECKS_SHOWN],
        "captures": found.captures.all(),
        "uses": uses(cited.select_related(*("__".join(path) for path in PATHS))),
    }
    return render(request, "allegations/source.html", context)


def uses(citations: Iterable[Citation]) -> list[Use]:
    """Where a source is cited, in the order of the citations."""
    return [use for use in map(_use, citations) if use]


def _use(citation: Citation) -> Use | None:
    for kind, *rest in PATHS:
        record: Any = getattr(citation, kind)
        for name in rest:
            record = record and getattr(record, name)
        if record:
            return Use(citation, kind, record)
    return None
