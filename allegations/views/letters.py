"""The page of a coalition letter: what it says, who signed as claimed and as listed, what was answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from allegations.codes import Certainty
from allegations.models import CoalitionLetter, Reply
from allegations.queries import fell_on
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
    is who was not on record on the day `known`. With such a day also those that were superseded, with the day that each
    `fell_on`.
    """
    about = Candidacy.letters.through.objects.filter(candidacy__in=candidacies).values("coalitionletter")
    standing = Q(signatures__withdrawn="")
    if known:
        standing &= Q(signatures__recorded_at=None) | Q(signatures__recorded_at__date__lte=known)
    counts = {
        f"{certainty.value}_signatures": Count("signatures", filter=standing & Q(signatures__certainty=certainty))
        for certainty in Certainty
    }
    rows = CoalitionLetter.objects.standing()
    if known:
        rows = CoalitionLetter.objects.legible().annotate(fell_on=fell_on(letter=OuterRef("pk")))
    counted: QuerySet[CoalitionLetter] = rows.filter(pk__in=about).annotate(**counts)
    return counted


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
