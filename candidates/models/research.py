"""Research checks: how far anyone has looked, which tells “not researched” from “nothing found”."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from candidates.models.base import Publishable, PublishableQuerySet
from candidates.models.candidate import Candidacy


class ResearchCheckQuerySet(PublishableQuerySet):
    def published(self) -> Self:
        """Approved, and of a candidacy that the public may see."""
        return super().published().filter(candidacy__in=Candidacy.objects.published())


class ResearchCheck(Publishable):
    """One of the twelve checks of the method for a candidacy."""

    class Kind(models.IntegerChoices):
        IDENTITY = 1, "identity and office on an official list"
        COURTS_HOME = 2, "courts and prosecutors, home"
        COURTS_ELSEWHERE = 3, "courts and prosecutors elsewhere"
        UN_BODIES = 4, "UN bodies and special procedures"
        REGIONAL_COURTS = 5, "regional courts, national human rights institution, ombuds"
        SANCTIONS = 6, "sanctions and debarment"
        INTERNATIONAL_MEDIA = 7, "international media, at least three outlets"
        LOCAL_MEDIA = 8, "media in the local language"
        NGOS = 9, "specialised non-governmental organisations, at least three"
        ASSETS = 10, "assets, interests, companies"
        DISCIPLINARY = 11, "disciplinary and ethics records of earlier posts"
        REPLY = 12, "candidate asked for a reply, at least seven days given"

    class Result(models.TextChoices):
        NOTHING_FOUND = "nothing-found", "nothing found"
        FOUND = "found", "something found"
        NOT_APPLICABLE = "not-applicable", "not applicable"

    VALID_DAYS = 180

    candidacy = models.ForeignKey(Candidacy, on_delete=models.CASCADE, related_name="research_checks")
    kind = models.PositiveSmallIntegerField(choices=Kind)
    result = models.CharField(max_length=20, choices=Result)
    done_on = models.DateField()
    queries = models.TextField(blank=True, help_text="What was searched, where, with which words.")
    reason = models.TextField(blank=True, help_text="Why the check does not apply.")

    objects = ResearchCheckQuerySet.as_manager()

    class Meta(Publishable.Meta):
        ordering = ["candidacy", "kind", "-done_on"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(name="research_check_kind_known", condition=Q(kind__gte=1) & Q(kind__lte=12)),
            models.CheckConstraint(
                name="research_check_has_queries_or_reason",
                condition=(Q(result="not-applicable") & ~Q(reason="")) | (~Q(result="not-applicable") & ~Q(queries="")),
                violation_error_message="Say which queries were run, or why the check does not apply.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_result_display()}"

    @property
    def valid_until(self) -> date:
        return self.done_on + timedelta(days=self.VALID_DAYS)
