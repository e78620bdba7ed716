"""Conflicts of fact: sources that disagree, the sides, and what was made of it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from allegations.codes import ConflictState
from allegations.models.allegation import Allegation
from allegations.models.letter import CoalitionLetter
from candidates.models import Candidacy, Contest
from candidates.models.base import Publishable, PublishableQuerySet, exactly_one, key_field

SUBJECTS = ("contest", "candidacy", "letter", "allegation")


class FactConflictQuerySet(PublishableQuerySet):
    def published(self) -> Self:
        """Approved, and about something that the public may see."""
        visible = Q(contest__election__published_at__isnull=False)
        visible |= Q(candidacy__in=Candidacy.objects.published())
        visible |= Q(letter__in=CoalitionLetter.objects.legible())
        visible |= Q(allegation__in=Allegation.objects.legible())
        return super().published().filter(visible)


class FactConflict(Publishable):
    key = key_field()
    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, null=True, blank=True, related_name="conflicts")
    candidacy = models.ForeignKey(Candidacy, on_delete=models.CASCADE, null=True, blank=True, related_name="conflicts")
    letter = models.ForeignKey(
        CoalitionLetter, on_delete=models.CASCADE, null=True, blank=True, related_name="conflicts"
    )
    allegation = models.ForeignKey(
        Allegation, on_delete=models.CASCADE, null=True, blank=True, related_name="conflicts"
    )
    question = models.CharField(max_length=200, help_text="What the sources disagree on, as a question.")
    state = models.CharField(max_length=20, choices=ConflictState, default=ConflictState.OPEN)
    reason = models.TextField(blank=True, help_text="How it was explained or resolved.")

    objects = FactConflictQuerySet.as_manager()

    class Meta(Publishable.Meta):
        verbose_name = "conflict of fact"
        verbose_name_plural = "conflicts of fact"
        ordering = ["id"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                name="conflict_about_exactly_one",
                condition=exactly_one(*SUBJECTS),
                violation_error_message="A conflict is about exactly one contest, candidacy, letter or allegation.",
            ),
            models.CheckConstraint(
                name="conflict_settled_with_reason",
                condition=Q(state=ConflictState.OPEN.value) | ~Q(reason=""),
                violation_error_message="Say how the conflict was explained or resolved.",
            ),
        ]

    def __str__(self) -> str:
        return self.question


class ConflictSide(models.Model):
    """What some of the sources say."""

    conflict = models.ForeignKey(FactConflict, on_delete=models.CASCADE, related_name="sides")
    value = models.CharField(max_length=300)
    chosen = models.BooleanField(default=False)

    class Meta:
        ordering = ["conflict", "id"]
        constraints = [
            models.UniqueConstraint(fields=["conflict", "value"], name="conflict_side_once"),
            models.UniqueConstraint(fields=["conflict"], condition=Q(chosen=True), name="conflict_one_side_chosen"),
        ]

    def __str__(self) -> str:
        return self.value
