"""Sources, their links and their archived copies as answers."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from allegations.codes import ContentState, LinkState, Material, Reliability
from allegations.models import Capture, LinkCheck, Source, StoredFile
from allegations.views.audience import is_withheld
from allegations.views.changes import Told, tell_to
from vetting.api.serializers.fields import Coded, DateAsKnown, Page, Url, absolute
from vetting.api.serializers.references import OrganizationRef
from vetting.api.statements import cited_for

SOURCE = (
    "url",
    "page",
    "id",
    "address",
    "canonical_address",
    "title",
    "publisher",
    "author",
    "dated",
    "language",
    "material",
    "reliability",
    "reliability_reason",
    "link",
    "changed_at",
)


def link_state(source: Source) -> dict[str, Any]:
    """Where the link of a source stands: its state in words, and when it was seen and missed."""
    memory = source.memory
    return {
        "state": source.state,
        "words": source.past_words,
        "failures": memory.get("failures", 0),
        "first_failed_at": parse_datetime(memory.get("first_failed_at") or ""),
        "last_alive_at": source.last_alive_at,
        "last_checked_at": source.last_checked_at,
        "next_check_at": source.next_check_at,
        "archived": source.archived,
    }


class LinkSerializer(serializers.Serializer[Any]):
    state = Coded(LinkState)
    words = serializers.CharField(
        read_only=True, help_text="Where the link stands, for example “unreachable, first failure”."
    )
    failures = serializers.IntegerField(read_only=True, help_text="Checks in a row that did not show the page.")
    first_failed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    last_alive_at = serializers.DateTimeField(read_only=True, allow_null=True)
    last_checked_at = serializers.DateTimeField(read_only=True, allow_null=True)
    next_check_at = serializers.DateTimeField(read_only=True)
    archived = serializers.BooleanField(read_only=True, help_text="A copy is kept.")

    def to_representation(self, instance: Source) -> dict[str, Any]:
        return super().to_representation(link_state(instance))


class SourceSerializer(serializers.ModelSerializer[Source]):
    url = Url("source-detail")
    page = Page()
    address = serializers.CharField(source="url", read_only=True, help_text="As it was found.")
    canonical_address = serializers.CharField(source="canonical_url", read_only=True)
    publisher = OrganizationRef(read_only=True, allow_null=True)
    author = serializers.SerializerMethodField(help_text="Null where none is named.")
    dated = DateAsKnown()
    material = Coded(Material)
    reliability = Coded(Reliability, allow_null=True)
    link = LinkSerializer(source="*", read_only=True)
    changed_at = serializers.DateTimeField(read_only=True)

    class Meta:
        model = Source
        fields: tuple[str, ...] = SOURCE

    def get_author(self, source: Source) -> str | None:
        return source.author or None


class CheckSerializer(serializers.ModelSerializer[LinkCheck]):
    state = Coded(LinkState)

    class Meta:
        model = LinkCheck
        fields = (
            "checked_at",
            "verdict",
            "state",
            "signals",
            "status",
            "final_url",
            "payload_sha256",
            "bytes_read",
            "truncated",
            "tls_verified",
            "duration_ms",
        )


class CaptureSerializer(serializers.ModelSerializer[Capture]):
    page = Page()
    kind = Coded(Capture.Kind)
    quality = Coded(Capture.Quality)
    intact = serializers.BooleanField(
        source="is_intact",
        read_only=True,
        help_text="False when the last audit found that the file is not what was kept.",
    )
    fault = Coded(StoredFile.Fault, source="file.fault", allow_null=True)
    verified_at = serializers.DateTimeField(
        source="file.verified_at", read_only=True, allow_null=True, help_text="When its digest was last computed again."
    )

    class Meta:
        model = Capture
        fields = (
            "page",
            "kind",
            "captured_at",
            "final_url",
            "sha256",
            "media_type",
            "size",
            "truncated",
            "tls_verified",
            "tool",
            "quality",
            "quality_reasons",
            "intact",
            "fault",
            "verified_at",
        )


class ChangeSerializer(serializers.Serializer[Told]):
    """What changed between two copies; `page` shows it sentence by sentence."""

    page = serializers.SerializerMethodField()
    seen_at = serializers.DateTimeField(source="change.seen_at", read_only=True)
    level = Coded(ContentState, source="change.level")
    reasons = serializers.ListField(child=serializers.CharField(), read_only=True)
    quotes_missing = serializers.SerializerMethodField(help_text="Passages quoted on these pages that are gone.")
    before = Page(source="change.before", help_text="The page about the earlier copy.")
    after = Page(source="change.after", help_text="The page about the later copy.")

    @extend_schema_field(OpenApiTypes.URI)
    def get_page(self, told: Told) -> str:
        path = reverse("change", args=[told.change.source_id, told.change.pk])
        return absolute(self.context["request"], path)

    def get_quotes_missing(self, told: Told) -> list[str]:
        return [citation.quote for citation in told.missing]


class CitedForSerializer(serializers.Serializer[Any]):
    """A published statement that cites a source."""

    kind = serializers.CharField(read_only=True)
    url = serializers.URLField(read_only=True)


class SourceInFullSerializer(SourceSerializer):
    checks = CheckSerializer(source="latest_checks", many=True, read_only=True, help_text="Newest first, ten at most.")
    copies = CaptureSerializer(
        source="latest_copies", many=True, read_only=True, help_text="Newest first, fifty at most."
    )
    changes = serializers.SerializerMethodField(help_text="Newest first, twenty at most.")
    cited_for = serializers.SerializerMethodField()

    class Meta(SourceSerializer.Meta):
        fields = (*SOURCE, "checks", "copies", "changes", "cited_for")

    @extend_schema_field(ChangeSerializer(many=True))
    def get_changes(self, source: Any) -> Any:
        """What changed; of a retired source only that it did, because its copies are withheld."""
        quoting = [] if is_withheld(source) else source.citations.all()
        told = [tell_to(row, quoting) for row in source.latest_changes]
        if is_withheld(source):
            told = [Told(one.change, [], []) for one in told]
        return [ChangeSerializer(one, context=self.context).data for one in told]

    @extend_schema_field(CitedForSerializer(many=True))
    def get_cited_for(self, source: Source) -> list[dict[str, str]]:
        return cited_for(source.citations.all(), self.context["request"])
