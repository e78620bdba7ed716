"""Candidates, what their profiles amount to, and their candidacies."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from candidates.models import Candidacy, Candidate
from candidates.models.base import PublishableQuerySet
from vetting.api.filters import Rows, code, slug, text
from vetting.api.serializers import candidates as shapes
from vetting.api.serializers.summary import SummarySerializer
from vetting.api.summaries import summary_of
from vetting.api.views.assessed import Assessed
from vetting.api.views.base import PublishedViewSet
from vetting.api.views.elections import cited

LONGEST_CHAIN = 10


def standing_in(election: str) -> QuerySet[Candidacy, int]:
    """Whose candidacy in the election with this slug is public."""
    return Candidacy.objects.published().filter(contest__election__slug=election).values_list("candidate", flat=True)


def called(candidates: Any, query: str) -> Rows:
    """Candidates whom a query may mean."""
    found: Rows = candidates.called(query)
    return found


class Candidates(PublishedViewSet):
    """Candidates, under all their names."""

    lookup_field, lookup_value_converter = "slug", "slug"
    redirects_merged = True
    list_serializer_class = shapes.CandidateSerializer
    detail_serializer_class = shapes.CandidateInFullSerializer
    filters = {
        "q": text(called, "A name or part of one, in any script or spelling."),
        "election": text(
            lambda rows, election: rows.filter(pk__in=standing_in(election)), "Who stands in it, by slug."
        ),
    }

    def published(self) -> QuerySet[Candidate]:
        return Candidate.objects.published().prefetch_related("names")

    def in_full(self, rows: QuerySet[Candidate]) -> QuerySet[Candidate]:
        candidacies = Candidacy.objects.published().select_related("contest__election", "nominated_by")
        return rows.prefetch_related(Prefetch("candidacies", candidacies))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        try:
            return super().retrieve(request, *args, **kwargs)
        except Http404:
            return self._instead()

    @action(detail=True)
    def summary(self, request: Request, slug: str) -> Response:
        """The risk profile of each candidacy of a person, complete enough to be read alone."""
        found = summary_of(slug)
        if found is None:
            return self._instead()
        return Response(SummarySerializer(found, context=self.get_serializer_context()).data)

    def get_serializer_class(self) -> Any:
        return SummarySerializer if self.action == "summary" else super().get_serializer_class()

    def _instead(self) -> Response:
        """Lead on to the candidate that this one was merged into."""
        found = merged_into(self.kwargs["slug"])
        if found is None:
            raise Http404
        name = "api:candidate-summary" if self.action == "summary" else "api:candidate-detail"
        address = reverse(name, args=[found.slug], request=self.request)
        return Response(status=308, headers={"Location": address})


def merged_into(slug: str) -> Candidate | None:
    """The published candidate that one with this slug, published before, was merged into."""
    once_public = PublishableQuerySet.published(Candidate.objects.all())
    for _ in range(LONGEST_CHAIN):
        merged = once_public.filter(slug=slug).values_list("merged_into__slug", flat=True).first()
        if merged is None:
            return None
        found: Candidate | None = Candidate.objects.published().filter(slug=merged).first()
        if found is not None:
            return found
        slug = merged
    return None


class Candidacies(Assessed):
    """Candidacies: a person in a contest."""

    lookup_value_converter = "int"
    list_serializer_class = shapes.CandidacySerializer
    detail_serializer_class = shapes.CandidacyInFullSerializer
    filters = {
        "candidate": slug("candidate__slug", "Candidacies of the candidate with this slug."),
        "election": slug("contest__election__slug", "Candidacies in the election with this slug."),
        "status": code("status", Candidacy.Status.values, "Candidacies of this status."),
    }

    def published(self) -> QuerySet[Candidacy]:
        return Candidacy.objects.published().select_related("candidate", "contest__election", "nominated_by")

    def in_full(self, rows: QuerySet[Candidacy]) -> QuerySet[Candidacy]:
        return rows.prefetch_related("history", cited()) if self.action == "retrieve" else rows
