"""Pages about the whole: home, and what crawlers ask for."""

from __future__ import annotations

from itertools import chain
from typing import Any

from django.db.models import Prefetch
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from allegations.models import Allegation, CoalitionLetter, Source
from candidates.models import Candidacy, Candidate, Contest, Election

CHANGES_SHOWN = 6


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    people = Candidacy.objects.published().select_related("candidate")
    contests = Contest.objects.prefetch_related(Prefetch("candidacies", people))
    elections = Election.objects.published().select_related("body").prefetch_related(Prefetch("contests", contests))
    return render(request, "vetting/home.html", {"elections": elections, "changes": changes()})


def changes() -> list[Any]:
    """The latest allegations and letters that were published or moved on, newest first."""
    changed = Coalesce("state_since", "published_at")
    kinds = (Allegation.objects.published().select_related("candidate"), CoalitionLetter.objects.published())
    found = chain.from_iterable(rows.annotate(changed=changed).order_by("-changed")[:CHANGES_SHOWN] for rows in kinds)
    return sorted(found, key=lambda record: record.changed, reverse=True)[:CHANGES_SHOWN]


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    context = {"sitemap": request.build_absolute_uri(reverse("sitemap"))}
    return render(request, "robots.txt", context, content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    records = chain(
        Election.objects.published(),
        Candidate.objects.published(),
        Allegation.objects.published(),
        CoalitionLetter.objects.published(),
        Source.objects.published(),
    )
    pages = [
        reverse("home"),
        reverse("method"),
        reverse("agreement"),
        *(record.get_absolute_url() for record in records),
    ]
    context = {"addresses": [request.build_absolute_uri(page) for page in pages]}
    return render(request, "sitemap.xml", context, content_type="application/xml; charset=utf-8")
