"""Allegations, proceedings, replies and conflicts of fact as answers."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from allegations.codes import (
    Act,
    ConflictState,
    Forum,
    Involvement,
    Link,
    OfficialPosition,
    ProceedingKind,
    ReplyKind,
    Severity,
    Stage,
)
from allegations.models import Allegation, ConflictSide, FactConflict, Proceeding, ProceedingStep, Reply
from allegations.replies import SPEAKERS
from vetting.api.serializers.fields import Coded, CountryField, DateAsKnown, Graded, Page, Url
from vetting.api.serializers.references import CandidateRef, CitationSerializer, OrganizationRef
from vetting.api.serializers.retraction import Reviewed

ALLEGATION = (
    "url",
    "page",
    "id",
    "candidate",
    "headline",
    "claimed_by",
    "claimed_by_organization",
    "act",
    "involvement",
    "happened",
    "first_alleged",
    "severity",
    "link",
    "state",
    "merged_into",
    "changed_at",
)


class StepSerializer(serializers.ModelSerializer[ProceedingStep]):
    stage = Coded(Stage)
    reached = DateAsKnown()

    class Meta:
        model = ProceedingStep
        fields = ("stage", "reached", "final", "on_merits", "outcome")


class ProceedingSerializer(serializers.ModelSerializer[Proceeding]):
    kind = Coded(ProceedingKind)
    jurisdiction = CountryField()
    forum = Coded(Forum)
    steps = StepSerializer(many=True, read_only=True)
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = Proceeding
        fields = ("kind", "jurisdiction", "forum_name", "forum", "complainant", "steps", "citations")


class ReplySerializer(serializers.ModelSerializer[Reply]):
    kind = Coded(ReplyKind)
    position = Coded(OfficialPosition)
    speaker = Coded(SPEAKERS)
    by_organization = OrganizationRef(read_only=True, allow_null=True)
    asked = DateAsKnown()
    due = DateAsKnown()
    answered = DateAsKnown()
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = Reply
        fields = (
            "kind",
            "position",
            "by",
            "speaker",
            "by_organization",
            "text",
            "with_evidence",
            "answers",
            "asked_by",
            "asked_by_us",
            "asked",
            "due",
            "answered",
            "citations",
        )


class SideSerializer(serializers.ModelSerializer[ConflictSide]):
    class Meta:
        model = ConflictSide
        fields = ("value", "chosen")


class ConflictSerializer(serializers.ModelSerializer[FactConflict]):
    state = Coded(ConflictState)
    sides = SideSerializer(many=True, read_only=True)

    class Meta:
        model = FactConflict
        fields = ("question", "state", "reason", "sides")


class AllegationSerializer(Reviewed):
    url = Url("allegation-detail")
    page = Page()
    candidate = CandidateRef(read_only=True)
    claimed_by_organization = OrganizationRef(read_only=True, allow_null=True)
    act = Coded(Act)
    involvement = Coded(Involvement)
    happened = DateAsKnown()
    first_alleged = DateAsKnown()
    severity = Graded(Severity, allow_null=True)
    link = Graded(Link, allow_null=True)
    state = serializers.CharField(read_only=True)
    merged_into = serializers.SerializerMethodField(help_text="The allegation that this one is a duplicate of.")
    changed_at = serializers.DateTimeField(read_only=True)

    class Meta:
        model = Allegation
        fields: tuple[str, ...] = ALLEGATION

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_merged_into(self, allegation: Allegation) -> str | None:
        other = allegation.merged_into
        if other is None or not other.is_published:
            return None
        return reverse("api:allegation-detail", args=[other.pk], request=self.context["request"])


class AllegationInFullSerializer(AllegationSerializer):
    proceedings = ProceedingSerializer(many=True, read_only=True)
    replies = ReplySerializer(many=True, read_only=True)
    citations = CitationSerializer(many=True, read_only=True)
    conflicts = ConflictSerializer(many=True, read_only=True)

    class Meta(AllegationSerializer.Meta):
        fields = (*ALLEGATION, "summary", "reply_waiver", "proceedings", "replies", "citations", "conflicts")
