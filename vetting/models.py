"""Assessments: the risk profile of a candidacy as it was computed, kept for ever."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from candidates.models import Candidacy


class Assessment(models.Model):
    """A profile as computed. Append-only: a trigger refuses to change or delete it."""

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="assessments")
    version = models.CharField(max_length=10)
    as_of = models.DateField(help_text="What had happened by this day.")
    known = models.DateField(help_text="What had been recorded by this day.")
    vector = models.TextField()
    vector_sha256 = models.CharField(max_length=64)
    payload = models.JSONField(help_text="The whole profile as the engine gave it.")
    computed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["candidacy", "-computed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="assessment_digest_is_sha256", condition=Q(vector_sha256__regex=r"^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidacy} as of {self.as_of}"


class CurrentAssessmentQuerySet(models.QuerySet["CurrentAssessment"]):
    def stale(self, on: Any) -> CurrentAssessmentQuerySet:
        """Those whose evidence has changed since, or for which a dated fact has come or lapsed by `on`."""
        return self.filter(~Q(evidence_revision=models.F("candidacy__evidence_revision")) | Q(expires_on__lte=on))


class CurrentAssessment(models.Model):
    """The assessment that stands for a candidacy, and the revision of the evidence it was made from."""

    candidacy = models.OneToOneField(Candidacy, on_delete=models.CASCADE, primary_key=True, related_name="current")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    evidence_revision = models.BigIntegerField()
    expires_on = models.DateField(
        null=True, blank=True, help_text="The day on which a dated fact changes it without any new evidence."
    )

    objects = CurrentAssessmentQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.assessment)
