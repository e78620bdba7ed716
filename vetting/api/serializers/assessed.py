"""Assessments as answers: profile, contributions, line over time and comparison, on any two days."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from candidates.models import Candidacy
from vetting.api.serializers.fields import Page, Url
from vetting.api.serializers.profile import UNSCORED, AllegationRef, ProfileSerializer
from vetting.api.serializers.references import CandidateRef, ContestRef
from vetting.api.summaries import NOTICE

AS_OF = "What had happened by this day."
KNOWN = "What was on record on this day."


class CandidacyRef(serializers.ModelSerializer[Candidacy]):
    url = Url("candidacy-detail")
    page = Page()
    candidate = CandidateRef(read_only=True)
    contest = ContestRef(read_only=True)

    class Meta:
        model = Candidacy
        fields = ("url", "page", "candidate", "contest")


class Noticed(serializers.Serializer[Any]):
    """An answer with what must be shown beside it."""

    notice = serializers.SerializerMethodField(help_text="The presumption of innocence; show it with the rest.")

    def get_notice(self, answer: Any) -> str:
        return NOTICE


class AssessmentSerializer(Noticed):
    candidacy = CandidacyRef(read_only=True)
    profile = ProfileSerializer(read_only=True)


class FactorsSerializer(serializers.Serializer[Any]):
    """What a matter is made of, each from 0 to 1: ceiling G, link L, stage kappa, evidence e, refutation f."""

    G = serializers.FloatField(read_only=True)
    L = serializers.FloatField(read_only=True)
    kappa = serializers.FloatField(read_only=True)
    e = serializers.FloatField(read_only=True)
    f = serializers.FloatField(read_only=True)


class OriginShareSerializer(serializers.Serializer[Any]):
    """One independent origin: its best grade, the strength of that, and its points of the index."""

    grade = serializers.CharField(read_only=True)
    strength = serializers.FloatField(read_only=True)
    points = serializers.FloatField(read_only=True)


class ContributionSerializer(serializers.Serializer[Any]):
    tag = serializers.IntegerField(read_only=True, help_text="Its number in the vector.")
    allegation = AllegationRef(read_only=True, allow_null=True, help_text="Null where it was retracted since.")
    scored = serializers.BooleanField(read_only=True)
    why_not = serializers.CharField(read_only=True, allow_null=True)
    tier = serializers.CharField(read_only=True, allow_null=True, help_text="How far it has been examined.")
    points = serializers.FloatField(
        read_only=True, allow_null=True, help_text=f"Its Shapley share; all of them add up to the index. {UNSCORED}"
    )
    alone = serializers.FloatField(read_only=True, allow_null=True, help_text="What it would give by itself.")
    factors = FactorsSerializer(read_only=True, allow_null=True)
    arithmetic = serializers.CharField(read_only=True, allow_null=True)
    origins = OriginShareSerializer(many=True, read_only=True)
    refuting = serializers.ListField(child=serializers.CharField(), read_only=True, help_text="Grades of refutations.")


class ContributionsSerializer(Noticed):
    candidacy = CandidacyRef(read_only=True)
    as_of = serializers.DateField(read_only=True, help_text=AS_OF)
    known = serializers.DateField(read_only=True, help_text=KNOWN)
    version = serializers.CharField(read_only=True)
    status = serializers.CharField(read_only=True)
    matters = ContributionSerializer(many=True, read_only=True)
    vector = serializers.CharField(read_only=True)


class MomentSerializer(serializers.Serializer[Any]):
    """One day on which the profile moved."""

    as_of = serializers.DateField(read_only=True, help_text=AS_OF)
    known = serializers.DateField(read_only=True, help_text=KNOWN)
    status = serializers.CharField(read_only=True)
    score = serializers.IntegerField(read_only=True, allow_null=True, help_text=UNSCORED)
    printed_score = serializers.CharField(read_only=True, allow_null=True)
    band = serializers.CharField(read_only=True, allow_null=True, help_text=UNSCORED)
    moved = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="What changed since the day before it in the line."
    )
    version = serializers.CharField(read_only=True)
    vector = serializers.CharField(read_only=True)
    vector_sha256 = serializers.CharField(read_only=True)


class LineSerializer(Noticed):
    candidacy = CandidacyRef(read_only=True)
    known = serializers.DateField(
        read_only=True, allow_null=True, help_text="The day whose knowledge is used; null: each day as published."
    )
    days = MomentSerializer(many=True, read_only=True)


class ComparisonSerializer(Noticed):
    first = CandidacyRef(read_only=True)
    words = serializers.CharField(read_only=True, help_text="What may be said of the first and the second.")
    second = CandidacyRef(read_only=True)
    probability = serializers.FloatField(
        read_only=True,
        allow_null=True,
        help_text="In which share of the draws the first is above the second; null where either has no number.",
    )
    vectors = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="Of the first and the second."
    )
