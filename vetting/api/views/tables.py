"""Answers as tables, for spreadsheets: CSV under an address that ends in .csv."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from django.db.models import F
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from candidates.models import Candidacy, Election
from vetting.api.parameters import AS_OF, KNOWN, days_of
from vetting.api.serializers.fields import absolute
from vetting.api.summaries import NOTICE
from vetting.api.views.base import PublicView
from vetting.assessments import on_days, two_days
from vetting.exchange.assessments import COLUMNS, assessed
from vetting.exchange.tables import MEDIA_TYPE, table

MOST_COMPUTED = 100
TOO_MANY = (
    f"This election has more than {MOST_COMPUTED} candidacies; on another day than today ask for each of them, "
    "at /api/v1/candidacies/{id}/assessment/."
)


class Table(BaseRenderer):
    """Writes the lines of a table."""

    media_type, format, charset = "text/csv", "csv", None

    def render(
        self,
        data: Iterable[str],
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return "".join(data).encode()


class Assessments(PublicView):
    """Every candidacy of an election with its assessment, in the order of the ballot, on any two days.

    CSV (RFC 4180), UTF-8 with a byte order mark. A candidacy without a number has empty cells. A cell that a
    spreadsheet would compute begins with an apostrophe.
    """

    renderer_classes = [Table]
    media_type, action = "text/csv", "table"
    parameters: ClassVar[dict[str, list[OpenApiParameter]]] = {"table": [AS_OF, KNOWN]}

    @extend_schema(operation_id="elections_assessments_table")
    def get(self, request: Request, slug: str) -> Response:
        """The assessments of an election as a table."""
        days = days_of(request)
        election = get_object_or_404(Election.objects.published(), slug=slug)
        candidacies = list(_on_the_ballot(election))
        if len(candidacies) > MOST_COMPUTED and _is_past(*days):
            raise serializers.ValidationError({"as_of" if days[0] else "known": [TOO_MANY]})
        found = on_days(candidacies, *days)
        pages = (absolute(request, row.get_absolute_url()) for row in candidacies)
        rows = (assessed(row, found[row.pk], page, NOTICE) for row, page in zip(candidacies, pages, strict=True))
        headers = {"Content-Disposition": f'attachment; filename="assessments-{slug}.csv"'}
        return Response(table(COLUMNS, rows), content_type=MEDIA_TYPE, headers=headers)


def _on_the_ballot(election: Election) -> Iterable[Candidacy]:
    """The published candidacies of an election in ballot order, and by name where there is none; never by a score."""
    rows = Candidacy.objects.published().filter(contest__election=election)
    ballot = F("ballot_position").asc(nulls_last=True)
    rows = rows.order_by("contest__position", ballot, "candidate__sort_name", "pk")
    return rows.select_related("candidate", "contest__election")


def _is_past(as_of: date | None, known: date | None) -> bool:
    today = timezone.now().date()
    return two_days(as_of, known, today=today) != (today, today)
