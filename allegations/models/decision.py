"""Decisions on origins: what a person answered to the question whether two citations go back to one origin."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from allegations.models.citation import Citation, Origin


class OriginDecision(models.Model):
    """Whether two citations of one statement have one origin: who said so, when, why. Append-only (a trigger).

    The later of two decisions on a pair holds. `basis` is a digest of the texts that it rests on, `kinds` are the
    signs that were shown, `effect` says what it changed. `chosen` is the citation that copies the other, or the one
    whose independence is argued, as an origin of its own (`origin`).
    """

    class Answer(models.TextChoices):
        SAME = "same", "same origin"
        INDEPENDENT = "independent", "independent"
        DISMISSED = "dismissed", "not now"

    first = models.ForeignKey(Citation, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Citation, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=20, choices=Answer)
    chosen = models.ForeignKey(Citation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    origin = models.ForeignKey(Origin, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    reason = models.TextField()
    effect = models.TextField(blank=True)
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    basis = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["first", "second", "-at"], name="origin_decision_of_a_pair")]
        constraints = [
            models.CheckConstraint(name="origin_decision_pair_in_order", condition=Q(first__lt=F("second"))),
            models.CheckConstraint(name="origin_decision_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="origin_decision_chosen_of_the_pair",
                condition=Q(answer="dismissed", chosen__isnull=True)
                | (~Q(answer="dismissed") & Q(chosen__isnull=False) & (Q(chosen=F("first")) | Q(chosen=F("second")))),
            ),
            models.CheckConstraint(
                name="origin_decision_origin_if_independent",
                condition=Q(origin__isnull=True) | Q(answer="independent"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_answer_display()}: {self.reason}"
