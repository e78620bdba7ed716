"""Candidates and candidacies as answers."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.reverse import reverse

from candidates.models import Candidacy, CandidacyStatus, Candidate, CandidateName
from vetting.api.serializers.fields import Coded, CountryField, DateAsKnown, Page, Url
from vetting.api.serializers.references import CitationSerializer, ContestRef, OrganizationRef, StandingSerializer

CANDIDATE = (
    "url",
    "page",
    "slug",
    "name",
    "sort_name",
    "names",
    "office",
    "description",
    "born",
    "identifiers",
    "summary",
    "changed_at",
)
STANDING = tuple(StandingSerializer.Meta.fields)


class NameSerializer(serializers.ModelSerializer[CandidateName]):
    kind = Coded(CandidateName.Kind)
    order = Coded(CandidateName.Order)

    class Meta:
        model = CandidateName
        fields = ("text", "language", "script", "kind", "order")


class CandidateSerializer(serializers.ModelSerializer[Candidate]):
    url = Url("candidate-detail", by="slug")
    page = Page()
    names = NameSerializer(many=True, read_only=True)
    born = DateAsKnown()
    identifiers = serializers.DictField(child=serializers.CharField(), read_only=True)
    summary = Url("candidate-summary", by="slug", help_text="The address of the risk profile.")
    changed_at = serializers.DateTimeField(read_only=True)

    class Meta:
        model = Candidate
        fields: tuple[str, ...] = CANDIDATE


class OfCandidateSerializer(serializers.ModelSerializer[Candidacy]):
    """A candidacy inside its candidate."""

    url = Url("candidacy-detail")
    contest = ContestRef(read_only=True)
    nominated_by_country = CountryField()
    nominated_by = OrganizationRef(read_only=True, allow_null=True)
    status = Coded(Candidacy.Status)

    class Meta:
        model = Candidacy
        fields = ("url", "contest", "listed_as", "nominated_by_country", "nominated_by", "status", "outcome")


class CandidateInFullSerializer(CandidateSerializer):
    candidacies = OfCandidateSerializer(many=True, read_only=True)
    allegations = serializers.SerializerMethodField(help_text="The list of the allegations about this candidate.")
    letters = serializers.SerializerMethodField(help_text="The list of the letters about this candidate.")

    class Meta(CandidateSerializer.Meta):
        fields = (*CANDIDATE, "candidacies", "allegations", "letters")

    def get_allegations(self, candidate: Candidate) -> str:
        return self._list_about("allegation", candidate)

    def get_letters(self, candidate: Candidate) -> str:
        return self._list_about("letter", candidate)

    def _list_about(self, noun: str, candidate: Candidate) -> str:
        address = reverse(f"api:{noun}-list", request=self.context["request"])
        return f"{address}?candidate={candidate.slug}"


class CandidacySerializer(StandingSerializer):
    contest = ContestRef(read_only=True)
    assessment = Url("candidacy-assessment", help_text="The address of the risk profile.")
    changed_at = serializers.DateTimeField(read_only=True)

    class Meta(StandingSerializer.Meta):
        fields: tuple[str, ...] = (*STANDING, "contest", "assessment", "changed_at")  # type: ignore[assignment]


class HistorySerializer(serializers.ModelSerializer[CandidacyStatus]):
    status = Coded(Candidacy.Status)
    since = DateAsKnown()

    class Meta:
        model = CandidacyStatus
        fields = ("status", "since")


class CandidacyInFullSerializer(CandidacySerializer):
    history = HistorySerializer(many=True, read_only=True)
    citations = CitationSerializer(many=True, read_only=True)

    class Meta(CandidacySerializer.Meta):
        fields = (*STANDING, "contest", "assessment", "changed_at", "history", "citations")
