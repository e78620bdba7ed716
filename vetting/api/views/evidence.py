"""Allegations with their proceedings and replies, and coalition letters."""

from __future__ import annotations

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.db.models.functions import Greatest

from allegations.codes import Act, LetterStance
from allegations.models import Allegation, CoalitionLetter, FactConflict, Proceeding, Reply
from allegations.workflow import PUBLIC
from candidates.models import Candidacy
from vetting.api.filters import Rows, code, slug, text
from vetting.api.serializers import allegations, letters
from vetting.api.serializers.retraction import RetractionSerializer
from vetting.api.views.base import PublishedViewSet
from vetting.api.views.elections import cited

CHANGED = Greatest("published_at", "state_since")
STATES = code("state", sorted(PUBLIC), "Records in this state of review.")


def replies() -> Prefetch[str]:
    """The published replies to a record, with what they are known from."""
    return Prefetch("replies", Reply.objects.published().select_related("by_organization").prefetch_related(cited()))


def conflicts() -> Prefetch[str]:
    """The published conflicts of fact about a record, with their sides."""
    return Prefetch("conflicts", FactConflict.objects.published().prefetch_related("sides"))


class Allegations(PublishedViewSet):
    """Allegations: who claims what about whom, on which evidence, and what is answered. Nothing here is a finding."""

    lookup_value_converter = "uuid"
    changed = CHANGED
    tombstone = RetractionSerializer
    list_serializer_class = allegations.AllegationSerializer
    detail_serializer_class = allegations.AllegationInFullSerializer
    filters = {
        "candidate": slug("candidate__slug", "Allegations about the candidate with this slug."),
        "state": STATES,
        "act": code("act", Act.values, "Allegations of this kind of act (HURIDOCS micro-thesaurus 4)."),
    }

    def published(self) -> QuerySet[Allegation]:
        return Allegation.objects.published().select_related("candidate", "claimed_by_organization", "merged_into")

    def in_full(self, rows: QuerySet[Allegation]) -> QuerySet[Allegation]:
        proceedings = Proceeding.objects.published().prefetch_related("steps", cited())
        return rows.prefetch_related(Prefetch("proceedings", proceedings), cited(), replies(), conflicts())


class Letters(PublishedViewSet):
    """Coalition letters: who wrote to whom about which candidacies, as claimed and as listed."""

    lookup_field, lookup_value_converter = "slug", "slug"
    changed = CHANGED
    tombstone = RetractionSerializer
    list_serializer_class = letters.LetterSerializer
    detail_serializer_class = letters.LetterInFullSerializer
    filters = {
        "candidate": text(
            lambda rows, candidate: rows.filter(pk__in=about(candidate)), "Letters about the candidate with this slug."
        ),
        "stance": code("stance", LetterStance.values, "Letters of this stance."),
        "state": STATES,
    }

    def published(self) -> QuerySet[CoalitionLetter]:
        about = Candidacy.objects.published().select_related("candidate")
        signed = Count("signatures", filter=Q(signatures__withdrawn=""))
        rows: Rows = CoalitionLetter.objects.published().select_related("sender").annotate(listed=signed)
        return rows.prefetch_related(Prefetch("candidacies", about))

    def in_full(self, rows: QuerySet[CoalitionLetter]) -> QuerySet[CoalitionLetter]:
        return rows.prefetch_related("signatures__organization", cited(), replies(), conflicts())


def about(candidate: str) -> QuerySet[Candidacy, int]:
    """The letters about a public candidacy of the candidate with this slug."""
    return Candidacy.objects.published().filter(candidate__slug=candidate).values_list(F("letters"), flat=True)
