"""Elections and their contests."""

from __future__ import annotations

from django.db.models import F, Prefetch, QuerySet

from allegations.models import Citation
from candidates.models import Candidacy, Contest, Election
from vetting.api.filters import slug
from vetting.api.serializers import elections as shapes
from vetting.api.views.base import PublishedViewSet


def standing() -> Prefetch[str]:
    """The published candidacies of a contest, in the order of the ballot."""
    return Prefetch("candidacies", Candidacy.objects.published().select_related("candidate", "nominated_by"))


def cited() -> Prefetch[str]:
    """The published citations of a record, with their sources."""
    return Prefetch("citations", Citation.objects.published().select_related("source__publisher", "origin"))


class Elections(PublishedViewSet):
    """Elections: which body elects, where and when."""

    lookup_field, lookup_value_converter = "slug", "slug"
    list_serializer_class = shapes.ElectionSerializer
    detail_serializer_class = shapes.ElectionInFullSerializer
    filters = {"body": slug("body__slug", "Elections of the body with this slug.")}

    def published(self) -> QuerySet[Election]:
        return Election.objects.published().select_related("body")

    def in_full(self, rows: QuerySet[Election]) -> QuerySet[Election]:
        contests = Contest.objects.published().prefetch_related(standing())
        return rows.prefetch_related(Prefetch("contests", contests), cited())


class Contests(PublishedViewSet):
    """Contests: one post of an election, with who stands for it."""

    lookup_value_converter = "int"
    changed = F("election__published_at")
    list_serializer_class = detail_serializer_class = shapes.ContestSerializer
    filters = {"election": slug("election__slug", "Contests of the election with this slug.")}

    def published(self) -> QuerySet[Contest]:
        return Contest.objects.published().select_related("election").prefetch_related(standing())
