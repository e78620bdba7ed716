"""Pages of a list: oldest change first, each page found by the key of the last record before it."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.core.exceptions import ValidationError as BadValue
from django.db.models import Model, Q, QuerySet
from rest_framework import serializers
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

MOST, USUAL = 100, 25
LIMIT = f"How many records to answer with, from 1 to {MOST}; {USUAL} if not said."
CURSOR = "Where the page begins; take it from `next` of the page before."


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last record of a page: when it changed, and its id, which tells apart what changed at once."""

    changed: datetime
    pk: Any

    @classmethod
    def read(cls, text: str, model: type[Model]) -> Self:
        """Return the cursor that `str` wrote; raise ValueError for anything else."""
        try:
            changed, pk = urlsafe_b64decode(text).decode().split(" ")
            cursor = cls(datetime.fromisoformat(changed), model._meta.pk.to_python(pk))
        except BadValue as error:
            raise ValueError(text) from error
        if cursor.changed.tzinfo is None:
            raise ValueError(text)
        return cursor

    def __str__(self) -> str:
        return urlsafe_b64encode(f"{self.changed.isoformat()} {self.pk}".encode()).decode()

    @property
    def beyond(self) -> Q:
        """What follows this record."""
        return Q(changed_at__gt=self.changed) | Q(changed_at=self.changed, pk__gt=self.pk)


class ByChange(BasePagination):
    """Pages of a queryset that carries `changed_at`.

    A record that changes while somebody reads moves to the end: it may be read twice and is never missed.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.address = request.build_absolute_uri()
        limit = _limit(request.query_params.get("limit"))
        found = self._from(queryset, request.query_params.get("cursor")).order_by("changed_at", "pk")
        rows = list(found[: limit + 1])
        self.rows, self.is_last = rows[:limit], len(rows) <= limit
        return self.rows

    def _from(self, queryset: QuerySet[Any], cursor: str | None) -> QuerySet[Any]:
        if cursor is None:
            return queryset
        try:
            return queryset.filter(Cursor.read(cursor, queryset.model).beyond)
        except (ValueError, OverflowError) as error:
            raise serializers.ValidationError(
                {"cursor": ["This is no cursor of this list; take it from “next”."]}
            ) from error

    def next_address(self) -> str | None:
        if self.is_last:
            return None
        last = self.rows[-1]
        return replace_query_param(self.address, "cursor", str(Cursor(last.changed_at, last.pk)))

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        return Response({"next": self.next_address(), "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "The address of the page that follows; null on the last one.",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
        return [
            {"name": "limit", "in": "query", "description": LIMIT, "schema": size},
            {"name": "cursor", "in": "query", "description": CURSOR, "schema": {"type": "string"}},
        ]


def _limit(text: str | None) -> int:
    if text is None:
        return USUAL
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MOST):
        raise serializers.ValidationError({"limit": [f"Write a whole number from 1 to {MOST}."]})
    return int(text)
