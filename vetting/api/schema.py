"""What every operation of the schema shares: parameters, and the answers other than the good one."""

from __future__ import annotations

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, PolymorphicProxySerializer
from rest_framework import serializers

from vetting.api.errors import MEDIA_TYPE

SAYS = {
    400: "A parameter that is not known, or a value that cannot be read; `errors` names each.",
    404: "Nothing published is at this address.",
    406: "No media type was accepted that the answer exists in.",
    429: "Too many requests; `Retry-After` says when to come back.",
    500: "A fault on our side.",
}


class FieldError(serializers.Serializer[Any]):
    field = serializers.CharField(read_only=True)
    detail = serializers.CharField(read_only=True)


class Problem(serializers.Serializer[Any]):
    """Problem details (RFC 9457)."""

    type = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    status = serializers.IntegerField(read_only=True)
    detail = serializers.CharField(read_only=True)
    instance = serializers.CharField(read_only=True)
    errors = FieldError(many=True, required=False)  # type: ignore[assignment]


class PublicSchema(AutoSchema):
    """Describes a read-only operation on published records."""

    def get_response_serializers(self) -> Any:
        media_type = getattr(self.view, "media_type", None)  # where the answer is no JSON
        good: Any = (
            {(200, media_type): OpenApiResponse(OpenApiTypes.STR, "A row a record.")}
            if media_type
            else {200: self._answer()}
        )
        found: Any = good | {304: OpenApiResponse(None, "What you hold is still what stands.")}
        if getattr(self.view, "redirects_merged", False) and not self._is_list:
            found[308] = OpenApiResponse(None, "The candidate was merged into another; `Location` says which.")
        return found | {(code, MEDIA_TYPE): OpenApiResponse(Problem, SAYS[code]) for code in self._problems()}

    def _answer(self) -> Any:
        serializer: Any = super().get_response_serializers()
        tombstone = getattr(self.view, "tombstone", None)
        if tombstone is None:
            return serializer
        name = self._get_serializer_name(serializer, "response")
        return PolymorphicProxySerializer(
            component_name=f"{name}OrRetracted", serializers=[serializer, tombstone], resource_type_field_name=None
        )

    def get_override_parameters(self) -> Any:
        return self._parameters

    def _problems(self) -> list[int]:
        names = [404] if self._names_a_record else []
        return [400, *names, 406, 429, 500]

    @property
    def _parameters(self) -> list[Any]:
        """What the view declares that an action of it takes."""
        return list(getattr(self.view, "parameters", {}).get(getattr(self.view, "action", None), ()))

    @property
    def _is_list(self) -> bool:
        return getattr(self.view, "action", None) == "list"

    @property
    def _names_a_record(self) -> bool:
        return "{" in self.path


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document of the whole API; it is the same for everyone."""
    generator: Any = SchemaGenerator
    generated: dict[str, Any] = generator().get_schema(request=None, public=True)
    return generated
