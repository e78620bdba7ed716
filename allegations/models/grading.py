"""Gradings: grades given to records, as rows that are never overwritten."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from allegations.models.allegation import Allegation
from allegations.models.citation import Citation
from allegations.models.proceeding import Proceeding
from allegations.models.source import Source
from candidates.models.base import exactly_one


class Grading(models.Model):
    """A grade: of what, by whom, when, why. Append-only: a trigger refuses to change or delete it."""

    class Scale(models.TextChoices):
        SEVERITY = "severity", "severity"
        LINK = "link", "link of the candidate to the conduct"
        FORUM = "forum", "independence of the forum"
        RELIABILITY = "reliability", "reliability of the source"
        CREDIBILITY = "credibility", "credibility of the item"
        ORIGIN = "origin", "origin cluster"

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

    class Meta:
        ordering = ["-graded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="grading_of_exactly_one",
                condition=exactly_one("allegation", "proceeding", "source", "citation"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scale_display()}: {self.value}"
