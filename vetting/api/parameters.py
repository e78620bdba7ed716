"""Parameters of an assessment: two days, and the candidacy that it is compared with."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from candidates.models import Candidacy
from vetting.assessments import DayAhead, two_days

AS_OF = OpenApiParameter("as_of", date, description="What had happened by this day; by default `known`, or today.")
KNOWN = OpenApiParameter("known", date, description="What was on record on this day; by default `as_of`, or today.")
UNTIL = OpenApiParameter("as_of", date, description="The last day of the line; by default today.")
KNOWN_ALONG = OpenApiParameter(
    "known",
    date,
    description="Tell the line as it is known on this day; by default each day as it was published then.",
)
WITH = OpenApiParameter("with", int, required=True, description="The id of the other candidacy.")
LARGEST = 2**63 - 1
NO_DAY = "This is no day; write it as 2021-11-23."
NO_CANDIDACY = "No published candidacy has this id."


def days_of(request: Request, also: Collection[str] = ()) -> tuple[date | None, date | None]:
    """Read `as_of` and `known`, None where they are not given.

    Raises ValidationError for what is no day, has not come yet, or is another parameter.
    """
    errors = dict(_refused(request, ("as_of", "known", *also)))
    found: dict[str, date] = {}
    for name in {"as_of", "known"} & request.query_params.keys() - errors.keys():
        try:
            found[name] = _day(request.query_params[name])
        except ValueError:
            errors[name] = [NO_DAY]
    if errors:
        raise serializers.ValidationError(errors)
    return _past(found.get("as_of"), found.get("known"))


def other_of(request: Request, than: Candidacy) -> int:
    """Read the id of another candidacy; raise ValidationError where there is none."""
    text = request.query_params.get("with", "")
    if not (text.isascii() and text.isdigit() and int(text[:20]) <= LARGEST):
        raise serializers.ValidationError({"with": ["Give the id of another candidacy."]})
    if int(text) == than.pk:
        raise serializers.ValidationError({"with": ["This is the same candidacy; give the id of another."]})
    return int(text)


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(text)  # a week or a day without dashes
    return day


def _past(as_of: date | None, known: date | None) -> tuple[date | None, date | None]:
    try:
        two_days(as_of, known, today=timezone.now().date())
    except DayAhead as refused:
        raise serializers.ValidationError({refused.name: [str(refused)]}) from refused
    return as_of, known


def _refused(request: Request, known: Collection[str]) -> list[tuple[str, list[str]]]:
    """What is not known here, or given twice."""
    wrong = [
        (name, [f"An assessment has no such parameter; known are {', '.join(sorted(known))}."])
        for name in request.query_params
        if name not in known
    ]
    return wrong + [
        (name, ["Give it once."]) for name, values in request.query_params.lists() if name in known and len(values) > 1
    ]
