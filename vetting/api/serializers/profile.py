"""The risk profile of a candidacy as an answer: status before number, number with interval, then the reasons."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from allegations.models import Allegation
from vetting.api.serializers.fields import AnyField, Coded, Graded, Page, Url
from vetting.risk import scales

INTERVAL = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
UNSCORED = "Null where nothing is scored."


@extend_schema_field(INTERVAL)
class IntervalField(AnyField):
    """The lowest and the highest value."""

    def to_representation(self, value: Any) -> list[float]:
        return list(value)


class AllegationRef(serializers.ModelSerializer[Allegation]):
    url = Url("allegation-detail")
    page = Page()

    class Meta:
        model = Allegation
        fields = ("url", "page", "id", "headline")


class CoverageSerializer(serializers.Serializer[Any]):
    """How many of the applicable research checks are done and still valid."""

    done = serializers.IntegerField(read_only=True)
    applicable = serializers.IntegerField(read_only=True)


class VoicesSerializer(serializers.Serializer[Any]):
    """Who signed letters: counts first, null where not known; `index` is the breadth from 0 to 100, as a range.

    A letter that was retracted later is counted on the days on which it stood.
    """

    signatories = serializers.IntegerField(read_only=True, allow_null=True)
    countries = serializers.IntegerField(read_only=True, allow_null=True)
    index = IntervalField(read_only=True)


class MatterSerializer(serializers.Serializer[Any]):
    tag = serializers.IntegerField(read_only=True, help_text="Its number in the vector.")
    allegation = AllegationRef(read_only=True, allow_null=True)
    severity = Graded(scales.SEVERITIES)
    link = Graded(scales.LINKS)
    stage = serializers.CharField(read_only=True, help_text="As the vector writes it.")
    wording = serializers.CharField(read_only=True, help_text="What may be said about the stage.")
    scored = serializers.BooleanField(read_only=True)
    why_not = serializers.CharField(read_only=True, allow_null=True, help_text="Why it is on record without a score.")
    points = serializers.FloatField(read_only=True, allow_null=True, help_text="Its share of the index, out of 100.")
    arithmetic = serializers.CharField(read_only=True, allow_null=True)
    confidence = serializers.CharField(read_only=True, allow_null=True)


class ReasonSerializer(serializers.Serializer[Any]):
    tag = serializers.IntegerField(read_only=True)
    points = serializers.FloatField(read_only=True)
    sentence = serializers.CharField(
        read_only=True, help_text="As pages print it, with the authority and the day of each ruling."
    )


class ProfileSerializer(serializers.Serializer[Any]):
    status = serializers.CharField(read_only=True, help_text="What the profile is; read it before any number.")
    sentence = serializers.CharField(read_only=True, help_text="What the search covered and what it lacks.")
    score = serializers.IntegerField(read_only=True, allow_null=True, help_text=f"From 0 to 99. {UNSCORED}")
    printed_score = serializers.CharField(read_only=True, allow_null=True, help_text="The score as pages print it.")
    band = serializers.CharField(read_only=True, allow_null=True, help_text=UNSCORED)
    band_prob = serializers.DictField(
        child=serializers.FloatField(),
        read_only=True,
        allow_null=True,
        help_text="The share of draws in each band.",
    )
    i90 = IntervalField(
        read_only=True,
        allow_null=True,
        help_text="What plausible weights and grading errors give in nine of ten draws.",
    )
    printed_interval = serializers.CharField(
        read_only=True, allow_null=True, help_text="The interval as pages print it, on the scale of the score."
    )
    confidence = serializers.CharField(read_only=True, allow_null=True, help_text="How firmly the evidence carries it.")
    coverage = CoverageSerializer(read_only=True)
    reasons = ReasonSerializer(many=True, read_only=True)
    matters = MatterSerializer(many=True, read_only=True)
    opposition = VoicesSerializer(read_only=True, allow_null=True)
    support = VoicesSerializer(read_only=True, allow_null=True)
    reply = Coded(scales.REPLIES)
    version = serializers.CharField(read_only=True, help_text="The version of the method.")
    vector = serializers.CharField(read_only=True, help_text="Everything the profile is computed from, in one line.")
    vector_sha256 = serializers.CharField(read_only=True)
    as_of = serializers.DateField(read_only=True, help_text="What had happened by this day.")
    known = serializers.DateField(read_only=True, help_text="What was on record on this day.")
