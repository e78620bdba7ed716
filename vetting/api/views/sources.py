"""Sources: the links that evidence rests on, and whether they still stand."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Greatest

from allegations.codes import LinkState, Material
from allegations.models import Capture, Citation, ContentChange, LinkCheck, Source
from vetting.api.filters import Rows, code, text
from vetting.api.serializers import sources as shapes
from vetting.api.statements import RELATED
from vetting.api.views.base import PublishedViewSet

CHECKS_SHOWN = 10
COPIES_SHOWN = 50
CHANGES_SHOWN = 20


def mentioning(rows: Rows, words: str) -> Rows:
    """Sources with these words in their title, publisher, author or address."""
    places = ("title", "publisher__name", "author", "url", "canonical_url")
    return rows.filter(Q.create([(f"{place}__icontains", words) for place in places], connector=Q.OR))


class Sources(PublishedViewSet):
    """Sources that a published record cites."""

    lookup_value_converter = "uuid"
    changed = Greatest("added_at", "last_checked_at")
    list_serializer_class = shapes.SourceSerializer
    detail_serializer_class = shapes.SourceInFullSerializer
    filters = {
        "q": text(mentioning, "Words in the title, the publisher, the author or the address."),
        "state": code("state", LinkState.values, "Sources whose link is in this state."),
        "material": code("material", Material.values, "Sources of this kind of material."),
    }

    def published(self) -> QuerySet[Source]:
        return Source.objects.published().select_related("publisher")

    def in_full(self, rows: QuerySet[Source]) -> QuerySet[Source]:
        latest = LinkCheck.objects.order_by("-checked_at", "-id")[:CHECKS_SHOWN]
        checks = Prefetch("checks", latest, to_attr="latest_checks")
        newest = Capture.objects.select_related("file").order_by("-captured_at", "-id")[:COPIES_SHOWN]
        copies = Prefetch("captures", newest, to_attr="latest_copies")
        changed = ContentChange.objects.select_related("before", "after").order_by("-seen_at", "-id")[:CHANGES_SHOWN]
        changes = Prefetch("changes", changed, to_attr="latest_changes")
        citations = Prefetch("citations", Citation.objects.published().select_related(*RELATED))
        return rows.prefetch_related(checks, copies, changes, citations)
