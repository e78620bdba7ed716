"""Elections and contests as answers."""

from __future__ import annotations

from rest_framework import serializers

from candidates.models import Contest, Election
from vetting.api.serializers.fields import DateAsKnown, Page, Url
from vetting.api.serializers.references import CitationSerializer, ElectionRef, OrganizationRef, StandingSerializer

ELECTION = ("url", "page", "slug", "title", "body", "session", "place", "held", "voted", "changed_at")
POST = ("url", "slug", "label", "region", "seats", "term_years", "rules", "candidacies")


class ElectionSerializer(serializers.ModelSerializer[Election]):
    url = Url("election-detail", by="slug")
    page = Page()
    body = OrganizationRef(read_only=True)
    held = DateAsKnown()
    voted = DateAsKnown()
    changed_at = serializers.DateTimeField(read_only=True)

    class Meta:
        model = Election
        fields: tuple[str, ...] = ELECTION


class PostSerializer(serializers.ModelSerializer[Contest]):
    """A contest inside its election."""

    url = Url("contest-detail")
    candidacies = StandingSerializer(many=True, read_only=True)

    class Meta:
        model = Contest
        fields: tuple[str, ...] = POST


class ElectionInFullSerializer(ElectionSerializer):
    contests = PostSerializer(many=True, read_only=True)
    citations = CitationSerializer(many=True, read_only=True)

    class Meta(ElectionSerializer.Meta):
        fields = (*ELECTION, "rules", "summary", "contests", "citations")


class ContestSerializer(PostSerializer):
    page = Page(source="election")
    election = ElectionRef(read_only=True)
    changed_at = serializers.DateTimeField(read_only=True)

    class Meta(PostSerializer.Meta):
        fields = (*POST, "page", "election", "changed_at")
