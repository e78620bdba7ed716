"""Filters of a list, declared as data: what a filter takes, what it keeps, and what it is for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

PAGING = ("limit", "cursor")
Rows: TypeAlias = QuerySet[Any]
Keep: TypeAlias = Callable[[Rows, Any], Rows]


@dataclass(frozen=True, slots=True)
class Filter:
    """`reads` turns the text into a value or refuses it; `keep` narrows the records to those of that value."""

    reads: serializers.Field[Any, Any, Any, Any]
    keep: Keep
    says: str
    schema: dict[str, Any]


def text(keep: Keep, says: str) -> Filter:
    """A filter by free text or by the name of another record."""
    return Filter(serializers.CharField(max_length=200), keep, says, {"type": "string", "maxLength": 200})


def slug(column: str, says: str) -> Filter:
    """A filter by the slug of another record; one that nobody knows keeps nothing."""
    return text(lambda rows, value: rows.filter(**{column: value}).distinct(), says)


def code(column: str, codes: Iterable[str], says: str) -> Filter:
    """A filter by a code of a list."""
    codes = list(codes)
    refused: dict[str, Any] = {"invalid_choice": f"“{{input}}” is not known here; known are {', '.join(codes)}."}
    field = serializers.ChoiceField(choices=codes, error_messages=refused)
    return Filter(field, lambda rows, value: rows.filter(**{column: value}), says, {"type": "string", "enum": codes})


CHANGED_SINCE = Filter(
    serializers.DateTimeField(),
    lambda rows, value: rows.filter(changed_at__gte=value),
    "Only what changed at this moment or later (ISO 8601, for example 2021-11-25T12:00:00Z).",
    {"type": "string", "format": "date-time"},
)


class Declared(BaseFilterBackend):
    """Applies the filters that a view declares, and refuses every other parameter."""

    def filter_queryset(self, request: Request, queryset: Rows, view: Any) -> Rows:
        if view.action != "list":
            return queryset
        errors = dict(_refused(request, view.filters))
        for name in request.query_params.keys() & view.filters.keys() - errors.keys():
            try:
                value = view.filters[name].reads.run_validation(request.query_params[name])
                queryset = view.filters[name].keep(queryset, value)
            except serializers.ValidationError as error:
                errors[name] = error.detail
        if errors:
            raise serializers.ValidationError(errors)
        return queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {"name": name, "in": "query", "description": declared.says, "schema": declared.schema}
            for name, declared in view.filters.items()
        ]


def _refused(request: Request, filters: Iterable[str]) -> Iterable[tuple[str, Any]]:
    known = sorted([*filters, *PAGING])
    for name, values in request.query_params.lists():
        if name not in known:
            yield name, [f"This list has no such filter; known are {', '.join(known)}."]
        elif len(values) > 1:
            yield name, ["Give it once."]
