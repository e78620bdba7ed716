"""Assessments and dossiers: what was computed about a candidacy, and what an election looked like, kept for ever."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from allegations.models import StoredFile
from candidates.models import Candidacy, Election


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def last_of_days(self) -> AssessmentQuerySet:
        """Of several that were computed on one day from what was known by then, the last.

        A day is the smallest step of the method: its last assessment is the one of the whole day, and the earlier
        ones are what was shown until then.
        """
        later = Assessment.objects.filter(
            candidacy=OuterRef("candidacy"), as_of=OuterRef("as_of"), known=OuterRef("known"), pk__gt=OuterRef("pk")
        )
        return self.filter(~Exists(later))


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

    objects = AssessmentQuerySet.as_manager()

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


class Dossier(models.Model):
    """All that was published about an election on one day, as files. Append-only: a trigger refuses any change.

    `manifest` lists the files, each with its size and SHA-256.
    """

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="dossiers")
    day = models.DateField(help_text="The day whose assessments it holds.")
    made_at = models.DateTimeField(help_text="When its records were read.")
    manifest = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    entries = models.PositiveIntegerField(help_text="How many files the manifest lists.")

    class Meta:
        ordering = ["election", "-day"]
        constraints = [models.UniqueConstraint(fields=["election", "day"], name="dossier_once_a_day")]

    def __str__(self) -> str:
        return f"{self.election}, {self.day}"

    def get_absolute_url(self) -> str:
        return reverse("dossier", args=[self.election.slug, self.day])


class DossierFile(models.Model):
    """One file of a dossier. Append-only.

    `tells_of` names the records whose words it holds (“allegation ID”): when one of them is retracted, the file is
    kept and no longer shown.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="files")
    path = models.CharField(max_length=300)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    tells_of = ArrayField(models.CharField(max_length=200), default=list)

    class Meta:
        ordering = ["dossier", "path"]
        constraints = [models.UniqueConstraint(fields=["dossier", "path"], name="dossier_path_once")]

    def __str__(self) -> str:
        return self.path


def without_dossier(today: date) -> QuerySet[Election]:
    """Published elections whose vote has surely come and of whose vote there is no dossier: what freezing is due."""
    due: QuerySet[Election] = Election.objects.published().filter(voted_latest__lte=today)
    frozen = Dossier.objects.filter(election=OuterRef("pk"), day__gte=OuterRef("voted_latest"))
    return due.filter(~Exists(frozen)).order_by("voted_latest", "pk")
