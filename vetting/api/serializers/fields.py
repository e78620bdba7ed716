"""Fields that several answers share: codes with their labels, uncertain dates, addresses."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from django.db.models import Choices, Model
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

AnyField = serializers.Field[Any, Any, Any, Any]
EDTF = {"type": "string", "description": "EDTF, level 0 or 1."}
DAY = {"type": ["string", "null"], "format": "date"}
DATE = {
    "type": "object",
    "required": ["text", "earliest", "latest"],
    "properties": {"text": EDTF, "earliest": DAY, "latest": DAY},
}


def labelled(code: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["code", "label"],
        "properties": {"code": {"type": code}, "label": {"type": "string"}},
    }


@extend_schema_field(labelled("string"), component_name="Code")
class Coded(AnyField):
    """A code of a list with its English label; null where none is set and `allow_null` says that may be."""

    def __init__(self, codes: type[Choices] | Mapping[Any, str], **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)
        self.labels = codes if isinstance(codes, Mapping) else dict(codes.choices)

    def to_representation(self, value: Any) -> dict[str, Any] | None:
        return {"code": value, "label": str(self.labels[value])} if value in self.labels else None


@extend_schema_field(labelled("integer"), component_name="Grade")
class Graded(Coded):
    """A grade on a numbered scale with its English label."""


@extend_schema_field(labelled("string"), component_name="Country")
class CountryField(AnyField):
    """A country by its ISO 3166-1 code with its English name, or null where none is recorded."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def to_representation(self, value: Any) -> dict[str, str] | None:
        return {"code": value.code, "label": str(value.name)} if value else None


@extend_schema_field(DATE, component_name="UncertainDate")
class DateAsKnown(AnyField):
    """An uncertain date: its EDTF text, and the first and last day that it may mean; null where it is not known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, value: Any) -> dict[str, Any] | None:
        text = getattr(value, str(self.source))
        ends = {end: getattr(value, f"{self.source}_{end}") for end in ("earliest", "latest")}
        return {"text": text, **ends} if text else None


@extend_schema_field({"type": "string", "format": "uri", "description": "The page about it, for people."})
class Page(AnyField):
    """The address of the HTML page about a record."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **{"source": "*"} | kwargs)

    def to_representation(self, value: Model) -> str:
        return absolute(self.context["request"], value.get_absolute_url())  # type: ignore[attr-defined]


def absolute(request: Request, path: str) -> str:
    """The whole address of a path on this site."""
    address: str = request.build_absolute_uri(path)
    return address


class Url(serializers.HyperlinkedIdentityField):
    """The address of a record in this API: the view, and the path to the field that names the record in it."""

    def __init__(self, view: str, by: str = "pk", **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Its address in this API.")
        super().__init__(view_name=f"api:{view}", **kwargs)
        self.named, self.by = attrgetter(by), by.rpartition(".")[-1]

    def get_url(self, obj: Any, view_name: str, request: Request, format: str | None) -> str:  # noqa: A002
        return str(self.reverse(view_name, kwargs={self.by: self.named(obj)}, request=request))
