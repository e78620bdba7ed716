"""Gradings: grades given to records, as rows that are never overwritten."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from allegations.grading import Given
from allegations.grading import Part as Parts
from allegations.models.allegation import Allegation
from allegations.models.citation import Citation
from allegations.models.proceeding import Proceeding
from allegations.models.source import Source
from candidates.models.base import exactly_one


class Grading(models.Model):
    """A grade: of what, by whom, when, why. Append-only: a trigger refuses to change or delete it.

    A second grading of the same thing, and the resolution where the two differ, name the first one. A trigger sees
    to it that three people gave them, and that they are about the same thing.
    """

    class Scale(models.TextChoices):
        SEVERITY = "severity", "severity"
        LINK = "link", "link of the candidate to the conduct"
        FORUM = "forum", "independence of the forum"
        RELIABILITY = "reliability", "reliability of the source"
        CREDIBILITY = "credibility", "credibility of the item"
        ORIGIN = "origin", "origin cluster"

    class Part(models.TextChoices):
        FIRST = Parts.FIRST.value, "first grading"
        SECOND = Parts.SECOND.value, "second grading"
        RESOLUTION = Parts.RESOLUTION.value, "resolution"

    allegation = models.ForeignKey(Allegation, on_delete=models.CASCADE, null=True, blank=True, related_name="gradings")
    proceeding = models.ForeignKey(Proceeding, on_delete=models.CASCADE, null=True, blank=True, related_name="gradings")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, null=True, blank=True, related_name="gradings")
    citation = models.ForeignKey(Citation, on_delete=models.CASCADE, null=True, blank=True, related_name="gradings")
    scale = models.CharField(max_length=20, choices=Scale)
    value = models.CharField(max_length=120, blank=True, help_text="Empty: the grade was taken back.")
    reason = models.TextField(blank=True)
    basis = models.ForeignKey(
        Citation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="gradings_based_on_it",
        help_text="The citation that the grade itself rests on.",
    )
    graded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    graded_at = models.DateTimeField(default=timezone.now)
    part = models.CharField(max_length=10, choices=Part, default=Part.FIRST)
    first = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="answers")
    first_was_public = models.BooleanField(
        default=False, help_text="The first grade stood on a public page when this second one was given."
    )

    class Meta:
        ordering = ["-graded_at", "-id"]
        indexes = [BrinIndex(fields=["graded_at"], name="grading_by_day")]
        constraints = [
            models.CheckConstraint(
                name="grading_of_exactly_one",
                condition=exactly_one("allegation", "proceeding", "source", "citation"),
            ),
            models.CheckConstraint(
                name="grading_answers_a_first",
                condition=Q(part=Parts.FIRST.value, first__isnull=True)
                | Q(part__in=[Parts.SECOND.value, Parts.RESOLUTION.value], first__isnull=False),
            ),
            models.CheckConstraint(
                name="grading_answer_with_reason",
                condition=Q(part=Parts.FIRST.value) | Q(reason__regex=r"\S") & ~Q(value=""),
            ),
            models.CheckConstraint(
                name="grading_second_beside_a_public_one",
                condition=Q(part=Parts.SECOND.value) | Q(first_was_public=False),
            ),
            models.UniqueConstraint(fields=["first", "part"], name="grading_answered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_scale_display()}: {self.value}"

    @property
    def given(self) -> Given:
        """What the rules of grading by two know of it."""
        return Given(self.pk, Parts(self.part), self.first_id, self.value, self.graded_by_id)
