"""The page of a coalition letter: what it says, who signed as claimed and as listed, what was answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Func, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from allegations.codes import Certainty
from allegations.models import CoalitionLetter, Reply, Signature
from allegations.queries import fell_on, moves, signed
from allegations.views.conflicts import conflicts_of, sides_about
from allegations.views.evidence import Evidence
from candidates.models import Candidacy


@require_safe
def letter(request: HttpRequest, slug: str) -> HttpResponse:
    found = _letters().filter(slug=slug).first()
    if found is None:
        raise Http404
    if found.is_retracted:
        return render(request, "allegations/retracted.html", {"record": found, "is_letter": True})
    return render(request, "allegations/letter.html", _context(found))


def letters_about(candidacies: Iterable[Candidacy], known: date | None = None) -> QuerySet[CoalitionLetter]:
    """Standing letters about any of these candidacies, with the counts of their signatories known by name.

    Each has `listed_signatures`, `named_signatures` and `doubtful_signatures`; who withdrew is not counted, and neither
    is who was not on record on the day `known`. With such a day also those that were superseded or retracted, with the
    day that each `fell_on` and its `moves`; of the retracted ones nothing may be shown but how many stood.
    """
    about = Candidacy.letters.through.objects.filter(candidacy__in=candidacies).values("coalitionletter")
    own = signed(known).filter(letter=OuterRef("pk"))
    counts = {f"{each.value}_signatures": _count(own.filter(certainty=each)) for each in Certainty}
    rows = CoalitionLetter.objects.standing()
    if known:
        rows = CoalitionLetter.objects.published()
        rows = rows.annotate(fell_on=fell_on(letter=OuterRef("pk")), moves=moves(letter=OuterRef("pk")))
    counted: QuerySet[CoalitionLetter] = rows.filter(pk__in=about).annotate(**counts)
    return counted


def _count(rows: QuerySet[Signature]) -> Subquery:
    """Count in a query of its own, for a letter about two people would count each signatory twice."""
    return Subquery(rows.order_by().values(counted=Func("pk", function="COUNT")))


def _letters() -> QuerySet[CoalitionLetter]:
    about = Candidacy.objects.published().select_related("candidate", "contest__election")
    rows = CoalitionLetter.objects.published().select_related("sender")
    return rows.prefetch_related(Prefetch("candidacies", about), "signatures")


def _context(found: CoalitionLetter) -> dict[str, Any]:
    replies = list(Reply.objects.published().filter(letter=found))
    sides = list(sides_about(Q(letter=found)))
    evidence = Evidence([found, *replies, *sides])
    signatures = list(found.signatures.all())
    return {
        "letter": found,
        "marks": evidence.of(found),
        "signatures": signatures,
        "countries": sorted({signature.country.name for signature in signatures if signature.country}),
        "replies": evidence.cited(replies),
        "conflicts": conflicts_of(sides, evidence),
        "sources": evidence.sources,
    }
