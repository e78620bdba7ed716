"""The summary of a candidate as an answer."""

from __future__ import annotations

from django.urls import reverse
from rest_framework import serializers

from allegations.codes import LetterStance
from allegations.models import CoalitionLetter
from candidates.models import Candidacy
from vetting.api.serializers.candidates import NameSerializer, OfCandidateSerializer
from vetting.api.serializers.fields import Coded, DateAsKnown, Page, Url, absolute
from vetting.api.serializers.letters import ClaimedSerializer
from vetting.api.serializers.profile import ProfileSerializer
from vetting.api.summaries import NOTICE, Summary


class LetterInBriefSerializer(serializers.ModelSerializer[CoalitionLetter]):
    url = Url("letter-detail", by="slug")
    page = Page()
    dated = DateAsKnown()
    stance = Coded(LetterStance)
    claimed = ClaimedSerializer(source="*", read_only=True)
    listed = serializers.IntegerField(read_only=True, help_text="Signatories on record that have not withdrawn.")

    class Meta:
        model = CoalitionLetter
        fields = ("url", "page", "title", "dated", "stance", "claimed", "listed")


class ProfiledSerializer(OfCandidateSerializer):
    """A candidacy with its profile."""

    profile = ProfileSerializer(read_only=True)
    letters = LetterInBriefSerializer(source="letters_standing", many=True, read_only=True)
    conflicts = serializers.IntegerField(
        source="conflicts_count", read_only=True, help_text="How many conflicts of fact are on record."
    )
    sources = serializers.IntegerField(
        source="sources_count", read_only=True, help_text="How many sources the record rests on."
    )

    class Meta:
        model = Candidacy
        fields = (*OfCandidateSerializer.Meta.fields, "profile", "letters", "conflicts", "sources")


class SummarySerializer(serializers.Serializer[Summary]):
    """What a profile amounts to, with what must be read beside it."""

    url = Url("candidate-summary", by="candidate.slug")
    page = Page(source="candidate")
    notice = serializers.SerializerMethodField(help_text="The presumption of innocence; show it with the rest.")
    method = serializers.SerializerMethodField(help_text="The address of the method in words.")
    slug = serializers.CharField(source="candidate.slug", read_only=True)
    name = serializers.CharField(source="candidate.name", read_only=True)
    names = NameSerializer(source="candidate.spellings", many=True, read_only=True)
    office = serializers.CharField(source="candidate.office", read_only=True)
    candidacies = ProfiledSerializer(many=True, read_only=True)

    def get_notice(self, summary: Summary) -> str:
        return NOTICE

    def get_method(self, summary: Summary) -> str:
        return absolute(self.context["request"], reverse("method"))
