"""What every answer of the API shares: read-only, for everyone, in one language, with a tag of its content."""

from __future__ import annotations

from contextlib import nullcontext
from hashlib import sha256
from typing import Any, ClassVar

from django.db.models import Expression, F, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import override
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from vetting.api.errors import MEDIA_TYPE
from vetting.api.filters import CHANGED_SINCE, Declared, Filter
from vetting.api.pagination import ByChange
from vetting.api.schema import PublicSchema
from vetting.days import asked
from vetting.snapshot import one_state

NO_PARAMETER = (
    "This answer takes no such parameter. On another day than today ask for the assessment of a candidacy, at "
    "/api/v1/candidacies/{id}/assessment/."
)


class PublicView(APIView):
    """A view that anyone may read, from any site, without being known to us.

    What `reads_records` answers with one state of them.
    """

    renderer_classes = [JSONRenderer]
    schema = PublicSchema()
    reads_records: ClassVar[bool] = True
    parameters: ClassVar[dict[str, list[OpenApiParameter]]] = {}
    """What each action takes; it reads them itself, and refuses others in its own words."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.takes_nothing() and request.query_params:
            raise serializers.ValidationError({name: [NO_PARAMETER] for name in request.query_params})

    def takes_nothing(self) -> bool:
        """Tell whether the answer is the same whatever is asked besides."""
        return getattr(self, "action", None) not in self.parameters

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        state = one_state() if self.reads_records else nullcontext()
        with override("en"), state:  # codes carry English labels, whatever the reader's pages speak
            response = super().dispatch(request, *args, **kwargs)
            response.render()  # type: ignore[attr-defined]
        return _for_everyone(request, response)  # type: ignore[arg-type]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        if response.exception:
            request.accepted_renderer, request.accepted_media_type = JSONRenderer(), MEDIA_TYPE
        return super().finalize_response(request, response, *args, **kwargs)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204)


def _for_everyone(request: HttpRequest, response: Response) -> HttpResponseBase:
    answer: HttpResponseBase = response
    kept = asked(request.GET).days.caching
    response.headers["Cache-Control"] = kept if response.status_code == 200 else "no-store"
    response.headers["Content-Language"] = "en"
    if response.status_code == 200:
        etag = quote_etag(sha256(response.content).hexdigest()[:32])
        response.headers["ETag"] = etag
        answer = get_conditional_response(request, etag=etag, response=response) or response
    if request.method in ("GET", "HEAD"):
        answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


class PublishedViewSet(PublicView, ReadOnlyModelViewSet[Any]):
    """A list of published records and each of them; a subclass says which, and in which words.

    `changed` is when a record last changed. `filters` are the filters of the list by name.
    """

    pagination_class = ByChange
    filter_backends = [Declared]
    changed: ClassVar[Expression | F] = F("published_at")
    filters: ClassVar[dict[str, Filter]] = {}
    list_serializer_class: ClassVar[type[BaseSerializer[Any]]]
    detail_serializer_class: ClassVar[type[BaseSerializer[Any]]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.filters = {**cls.filters, "changed_since": CHANGED_SINCE}

    def published(self) -> QuerySet[Any]:
        """What the public may see, with what a list shows of it."""
        raise NotImplementedError

    def takes_nothing(self) -> bool:
        return self.action != "list" and super().takes_nothing()

    def in_full(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The same rows with what the answer about a single one shows besides."""
        return rows

    def get_queryset(self) -> QuerySet[Any]:
        rows = self.published().annotate(changed_at=self.changed)
        return rows if self.action == "list" else self.in_full(rows)

    def get_object(self) -> Any:
        """The record that the address names. The path converters refuse what is no name at all."""
        return get_object_or_404(self.get_queryset(), **{self.lookup_field: self.kwargs[self.lookup_field]})

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        return self.list_serializer_class if self.action == "list" else self.detail_serializer_class
