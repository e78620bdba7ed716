"""Coalition letters and their signatories as answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from allegations.codes import Certainty, LetterStance
from allegations.models import CoalitionLetter, Signature
from vetting.api.serializers.allegations import ConflictSerializer, ReplySerializer
from vetting.api.serializers.fields import Coded, CountryField, DateAsKnown, Page, Url
from vetting.api.serializers.references import CandidateRef, CitationSerializer, OrganizationRef
from vetting.api.serializers.retraction import Reviewed

LETTER = (
    "url",
    "page",
    "slug",
    "title",
    "dated",
    "stance",
    "sender",
    "addressees",
    "candidacies",
    "claimed",
    "listed",
    "state",
    "changed_at",
)


class ClaimedSerializer(serializers.Serializer[Any]):
    """How many signed, by the letter's own count; null where it gives none."""

    organizations = serializers.IntegerField(source="claimed_organizations", read_only=True, allow_null=True)
    people = serializers.IntegerField(source="claimed_people", read_only=True, allow_null=True)
    countries = serializers.IntegerField(source="claimed_countries", read_only=True, allow_null=True)
    as_worded = serializers.CharField(source="claimed_note", read_only=True)


class AboutSerializer(serializers.Serializer[Any]):
    url = Url("candidacy-detail")
    candidate = CandidateRef(read_only=True)


class SignatureSerializer(serializers.ModelSerializer[Signature]):
    organization = OrganizationRef(read_only=True, allow_null=True)
    country = CountryField()
    certainty = Coded(Certainty)
    signed = DateAsKnown()
    withdrawn = DateAsKnown()

    class Meta:
        model = Signature
        fields = (
            "name",
            "organization",
            "is_organization",
            "capacity",
            "country",
            "certainty",
            "signed",
            "withdrawn",
        )


class LetterSerializer(Reviewed):
    url = Url("letter-detail", by="slug")
    page = Page()
    dated = DateAsKnown()
    stance = Coded(LetterStance)
    sender = OrganizationRef(read_only=True, allow_null=True)
    candidacies = AboutSerializer(many=True, read_only=True)
    claimed = ClaimedSerializer(source="*", read_only=True)
    listed = serializers.IntegerField(read_only=True, help_text="Signatories on record that have not withdrawn.")
    state = serializers.CharField(read_only=True)
    changed_at = serializers.DateTimeField(read_only=True)

    class Meta:
        model = CoalitionLetter
        fields: tuple[str, ...] = LETTER


class LetterInFullSerializer(LetterSerializer):
    signatures = SignatureSerializer(many=True, read_only=True)
    replies = ReplySerializer(many=True, read_only=True)
    citations = CitationSerializer(many=True, read_only=True)
    conflicts = ConflictSerializer(many=True, read_only=True)

    class Meta(LetterSerializer.Meta):
        fields = (*LETTER, "summary", "demands", "signatures", "replies", "citations", "conflicts")
