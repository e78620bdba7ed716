"""Review: who moved what from which state to which, and the work that waits for someone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from allegations.models.allegation import STATES, Allegation
from allegations.models.letter import CoalitionLetter
from allegations.models.source import Source
from allegations.workflow import Step
from candidates.models.base import exactly_one


class ReviewEvent(models.Model):
    """A step that somebody took. Append-only: a trigger refuses to change or delete it."""

    allegation = models.ForeignKey(Allegation, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    letter = models.ForeignKey(CoalitionLetter, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    step = models.CharField(max_length=20, choices=[(step.value, step.value) for step in Step])
    left = models.CharField(max_length=20, choices=STATES)
    reached = models.CharField(max_length=20, choices=STATES)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(name="review_event_of_exactly_one", condition=exactly_one("allegation", "letter")),
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.left} → {self.reached}"


class ReviewTask(models.Model):
    """Work that waits for someone, with the reason why."""

    allegation = models.ForeignKey(Allegation, on_delete=models.CASCADE, null=True, blank=True, related_name="tasks")
    letter = models.ForeignKey(CoalitionLetter, on_delete=models.CASCADE, null=True, blank=True, related_name="tasks")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, null=True, blank=True, related_name="tasks")
    reason = models.CharField(max_length=300)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "opened_at"]
        constraints = [
            models.CheckConstraint(
                name="review_task_about_exactly_one", condition=exactly_one("allegation", "letter", "source")
            ),
            models.UniqueConstraint(
                fields=["source", "reason"],
                condition=Q(done_at__isnull=True, source__isnull=False),
                name="review_task_open_once_a_source",
            ),
        ]

    def __str__(self) -> str:
        return self.reason
