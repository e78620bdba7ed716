"""Where the API begins, its schema, and the addresses where nothing is."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import Resolver404, resolve
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from vetting.api.schema import document
from vetting.api.serializers.root import LISTS, RootSerializer
from vetting.api.views.base import PublicView


class Root(PublicView):
    """What the API offers."""

    reads_records = False
    serializer_class = RootSerializer

    def get(self, request: Request) -> Response:
        lists = {name: reverse(f"api:{view}", request=request) for name, view in LISTS.items()}
        return Response(RootSerializer(lists).data)


@extend_schema(exclude=True)
class Schema(PublicView):
    """The OpenAPI document, as YAML or as JSON by the Accept header."""

    reads_records = False
    renderer_classes = [
        OpenApiYamlRenderer,
        OpenApiYamlRenderer2,
        OpenApiJsonRenderer,
        OpenApiJsonRenderer2,
    ]

    def get(self, request: Request) -> Response:
        return Response(document())


@extend_schema(exclude=True)
class Nothing(PublicView):
    """Answers where nothing is: an address without its last slash leads on, any other is a problem."""

    reads_records = False

    def takes_nothing(self) -> bool:
        return False

    def get(self, request: Request) -> Response:
        path = request.path_info
        if not path.endswith("/") and _leads_somewhere(f"{path}/"):
            query = request.META.get("QUERY_STRING", "")
            return Response(status=308, headers={"Location": f"{path}/" + (f"?{query}" if query else "")})
        raise Http404

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        raise Http404


def _leads_somewhere(path: str) -> bool:
    try:
        return resolve(path).view_name != "api:nothing"
    except Resolver404:
        return False
