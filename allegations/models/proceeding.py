"""Proceedings: the legal steps about an allegation, by jurisdiction, with every stage they reached."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_countries.fields import CountryField

from allegations.codes import Forum, ProceedingKind, Stage
from allegations.models.allegation import Allegation
from allegations.workflow import LEGIBLE
from candidates.fields import UncertainDateField, earliest
from candidates.models.base import Publishable, PublishableQuerySet, key_field


class OfAllegationQuerySet(PublishableQuerySet):
    def published(self) -> Self:
        """Approved, and of an allegation that the public may read."""
        return (
            super()
            .published()
            .filter(
                allegation__published_at__isnull=False,
                allegation__state__in=LEGIBLE,
                allegation__candidate__published_at__isnull=False,
            )
        )


class Proceeding(Publishable):
    key = key_field()
    allegation = models.ForeignKey(Allegation, on_delete=models.CASCADE, related_name="proceedings")
    kind = models.CharField(max_length=30, choices=ProceedingKind)
    jurisdiction = CountryField(blank=True, help_text="Empty for an international body.")
    forum_name = models.CharField(max_length=200, blank=True, help_text="The authority or court, if known.")
    complainant = models.CharField(max_length=200, blank=True)
    forum = models.CharField(
        "independence of the forum",
        max_length=1,
        choices=Forum,
        default=Forum.UNASSESSED,
        help_text="Graded for this proceeding with its own citation; never by the country's name.",
    )
    note = models.TextField(blank=True)

    objects = OfAllegationQuerySet.as_manager()

    class Meta(Publishable.Meta):
        ordering = ["allegation", "jurisdiction", "id"]

    def __str__(self) -> str:
        place = self.jurisdiction.name or self.forum_name or "international"
        return f"{self.get_kind_display()}, {place}"

    @property
    def latest(self) -> ProceedingStep | None:
        """The stage that it has reached; reads prefetched steps where there are any."""
        return max(self.steps.all(), key=lambda step: (earliest(step, "reached") or date.min, step.pk), default=None)


class ProceedingStep(models.Model):
    """A stage that a proceeding reached, and when; never overwritten, so that any past day can be shown."""

    proceeding = models.ForeignKey(Proceeding, on_delete=models.CASCADE, related_name="steps")
    stage = models.CharField(max_length=30, choices=Stage)
    reached = UncertainDateField(blank=False, help_text="When (EDTF).")
    final = models.BooleanField(default=False, help_text="No ordinary appeal is possible any more.")
    on_merits = models.BooleanField(default=False, help_text="It was decided on the merits.")
    outcome = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["proceeding", "reached_earliest", "id"]
        constraints = [
            models.UniqueConstraint(fields=["proceeding", "stage", "reached"], name="proceeding_step_once"),
            models.CheckConstraint(name="proceeding_step_dated", condition=~Q(reached="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.reached}"
