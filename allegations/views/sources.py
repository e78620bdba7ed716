"""The pages of a source: what is known of it, the life of its link, its copies, and what rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Exists, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from allegations.actions.grading import hidden_scales
from allegations.actions.links.day_faults import of_source
from allegations.models import Capture, Citation, DayFault, Source, WebCopy
from allegations.views.audience import Asked, ask, is_withheld
from allegations.views.changes import tell
from allegations.views.histories import (
    Listing,
    captures,
    changes,
    checks,
    first_page,
    listed,
    page_of,
    states,
    told,
    with_manifests,
)
from allegations.views.lifetime import lifetime

EVENTS_DRAWN = 200
LOOKS_SHOWN = 3
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
def source(request: HttpRequest, pk: UUID) -> HttpResponse:
    asked = ask(request, pk)
    found = asked.source
    cited = Citation.objects.published().filter(source=found)
    events = list(states(found)[:EVENTS_DRAWN])
    copies = listed(captures(found).annotate(is_any_damaged=Exists(damaged_of(found))))
    damaged = _damaged(found, copies.rows)
    looks = list(found.second_looks.exclude(outcome="waiting")[:LOOKS_SHOWN])
    context = {
        "is_grade_hidden": asked.is_draft and asked.reviewer is not None and bool(hidden_scales(found, asked.reviewer)),
        "uses": uses(cited.select_related("source", *("__".join(path) for path in PATHS))),
        "life": lifetime(found, events, timezone.now()),
        "states": _shown(asked, "states", first_page(events)),
        "checks": listed(checks(found)),
        "changes": _shown(asked, "changes", listed(changes(found))),
        "copies": _shown(asked, "copies", copies),
        "damaged": damaged,
        "day_faults": _day_faults(found, damaged),
        "looks": looks,
        "places": list(found.volatile_places.heeded()) if looks else [],
        "web_copies": web_copies(found),
    }
    return render(request, "allegations/source.html", asked.context | context)


@require_safe
def history(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """A page of one history of a link, older than the row that `before` names."""
    asked = ask(request, pk)
    listing = _shown(asked, kind, page_of(asked.source, kind, request.GET.get("before", "")))
    return render(request, "allegations/history.html", asked.context | {"kind": kind, "listing": listing})


def _shown(asked: Asked, kind: str, listing: Listing) -> Listing:
    """The rows with what a page shows of them besides."""
    if kind == "changes":
        return replace(listing, rows=tell(asked, listing.rows))
    if kind == "states":
        return replace(listing, rows=told(listing.rows))
    return replace(listing, rows=with_manifests(listing.rows)) if kind == "copies" else listing


def damaged_of(source: Source) -> QuerySet[Capture]:
    """The copies that an audit found damaged, the newest first."""
    return captures(source).exclude(file__fault="")


def _damaged(source: Source, copies: Sequence[Any]) -> Capture | None:
    """The newest copy that an audit found damaged; it is asked for only where it is older than these."""
    if not copies or not copies[0].is_any_damaged:
        return None
    shown = (copy for copy in copies if copy.file.fault)
    return next(shown, None) or damaged_of(source).first()


def _day_faults(source: Source, damaged: Capture | None) -> list[DayFault]:
    """What is wrong with the manifests that a source’s copies stand in: of each day and kind once.

    What is said of the damaged copy anyhow is left out.
    """
    told = damaged.file.key if damaged else None
    faults = [fault for fault in of_source(source) if fault.kind != DayFault.Kind.UNLIKE or fault.about != told]
    return list({(fault.day, fault.kind): fault for fault in faults}.values())


def web_copies(source: Source) -> list[WebCopy]:
    """The copies in web archives that a reviewer has accepted; of a source whose copies are withheld, none."""
    if is_withheld(source):
        return []
    accepted = source.web_copies.filter(decision=WebCopy.Decision.ACCEPTED)
    return [copy for copy in accepted if copy.uri.startswith(("https://", "http://"))]


# Where it is used


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
