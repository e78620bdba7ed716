"""Records as others mention them: by name and address."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from allegations.codes import Connection, Credibility, Directness, Stance
from allegations.models import Citation, Source
from candidates.models import Candidacy, Candidate, Contest, Election, Organization
from vetting.api.serializers.fields import Coded, CountryField, Graded, Page, Url


class OrganizationRef(serializers.ModelSerializer[Organization]):
    class Meta:
        model = Organization
        fields = ("slug", "name")


class CandidateRef(serializers.ModelSerializer[Candidate]):
    url = Url("candidate-detail", by="slug")
    page = Page()

    class Meta:
        model = Candidate
        fields = ("url", "page", "slug", "name")


class ElectionRef(serializers.ModelSerializer[Election]):
    url = Url("election-detail", by="slug")
    page = Page()

    class Meta:
        model = Election
        fields = ("url", "page", "slug", "title")


class ContestRef(serializers.ModelSerializer[Contest]):
    url = Url("contest-detail")
    election = ElectionRef(read_only=True)

    class Meta:
        model = Contest
        fields = ("url", "slug", "label", "region", "election")


class SourceRef(serializers.ModelSerializer[Source]):
    url = Url("source-detail")
    page = Page()
    address = serializers.CharField(source="url", read_only=True)
    publisher = OrganizationRef(read_only=True, allow_null=True)

    class Meta:
        model = Source
        fields = ("url", "page", "address", "title", "publisher")


class OriginRef(serializers.Serializer[Any]):
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]
    connection = Coded(Connection)


class CitationSerializer(serializers.ModelSerializer[Citation]):
    source = SourceRef(read_only=True)  # type: ignore[assignment]
    stance = Coded(Stance)
    directness = Coded(Directness)
    credibility = Graded(Credibility, allow_null=True)
    origin = OriginRef(read_only=True, allow_null=True)

    class Meta:
        model = Citation
        fields = ("source", "quote", "locator", "stance", "directness", "credibility", "origin", "read_on")


class StandingSerializer(serializers.ModelSerializer[Candidacy]):
    """A candidacy as its contest lists it."""

    url = Url("candidacy-detail")
    page = Page()
    candidate = CandidateRef(read_only=True)
    nominated_by_country = CountryField()
    nominated_by = OrganizationRef(read_only=True, allow_null=True)
    status = Coded(Candidacy.Status)
    summary = Url("candidate-summary", by="candidate.slug")

    class Meta:
        model = Candidacy
        fields = (
            "url",
            "page",
            "candidate",
            "listed_as",
            "nominated_by_country",
            "nominated_by",
            "status",
            "outcome",
            "ballot_position",
            "summary",
        )
