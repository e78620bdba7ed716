"""What is assessed about a candidacy, on any two days: each has an address below that of the candidacy."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from candidates.models import Candidacy
from vetting.api import assessed
from vetting.api.parameters import AS_OF, KNOWN, KNOWN_ALONG, NO_CANDIDACY, UNTIL, WITH, days_of, other_of
from vetting.api.serializers import assessed as shapes
from vetting.api.views.base import PublishedViewSet

SHAPES: dict[str, type[serializers.Serializer[Any]]] = {
    "assessment": shapes.AssessmentSerializer,
    "contributions": shapes.ContributionsSerializer,
    "line": shapes.LineSerializer,
    "comparison": shapes.ComparisonSerializer,
}


class Assessed(PublishedViewSet):
    """Candidacies with their assessments."""

    parameters: ClassVar[dict[str, list[OpenApiParameter]]] = {
        "assessment": [AS_OF, KNOWN],
        "contributions": [AS_OF, KNOWN],
        "line": [UNTIL, KNOWN_ALONG],
        "comparison": [AS_OF, KNOWN, WITH],
    }

    @action(detail=True)
    def assessment(self, request: Request, pk: int) -> Response:
        """The risk profile of a candidacy: what had happened by one day, as it was on record on another."""
        return self._answer(assessed.assessment(self.get_object(), *days_of(request)))

    @action(detail=True, url_path="assessment/contributions")
    def contributions(self, request: Request, pk: int) -> Response:
        """What each matter and each independent origin contributes to the index, the largest first."""
        return self._answer(assessed.contributions(self.get_object(), *days_of(request)))

    @action(detail=True, url_path="assessment/history")
    def line(self, request: Request, pk: int) -> Response:
        """Every day on which the profile moved, with its vector and what moved, the first day first."""
        return self._answer(assessed.line(self.get_object(), *days_of(request)))

    @action(detail=True, url_path="assessment/comparison")
    def comparison(self, request: Request, pk: int) -> Response:
        """Whether the concern on record about one of two candidacies is higher; often they cannot be told apart."""
        found = self.get_object()
        days = days_of(request, also=("with",))
        other: Candidacy | None = self.published().filter(pk=other_of(request, found)).first()
        if other is None:
            raise serializers.ValidationError({"with": [NO_CANDIDACY]})
        return self._answer(assessed.comparison(found, other, *days))

    def get_serializer_class(self) -> Any:
        return SHAPES.get(self.action) or super().get_serializer_class()

    def _answer(self, found: dict[str, Any]) -> Response:
        shape = self.get_serializer_class()
        return Response(shape(found, context=self.get_serializer_context()).data)
