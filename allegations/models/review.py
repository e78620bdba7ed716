"""Review: who moved what from which state to which, and the work that waits for someone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from allegations.models.allegation import STATES, Allegation
from allegations.models.capture import ContentChange
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
    """Work that waits for someone, with the reason why. `kind` says what about a link or a grade asks for it."""

    class Kind(models.TextChoices):
        QUOTE_MISSING = "quote-missing", "a quoted passage was not found on the page"
        USURPED = "usurped", "the address may have been taken over"
        CRITICAL = "critical-change", "what the page says changed"
        GONE = "gone", "the page is gone"
        SUSPECT = "suspect", "the page was not found"
        WITHHELD = "withheld", "the page is withheld for legal reasons"
        UNREACHABLE = "unreachable", "the host is out of reach"
        MOVED = "moved", "the page has moved"
        COPY = "copy-offered", "a web archive has a copy"
        BROKEN = "copy-broken", "our copy is damaged"
        GRADERS = "graders-differ", "two graders differ"
        OTHER = "", "other"

    allegation = models.ForeignKey(Allegation, on_delete=models.CASCADE, null=True, blank=True, related_name="tasks")
    letter = models.ForeignKey(CoalitionLetter, on_delete=models.CASCADE, null=True, blank=True, related_name="tasks")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, null=True, blank=True, related_name="tasks")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.OTHER, blank=True, editable=False)
    change = models.ForeignKey(
        ContentChange, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks", editable=False
    )
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
            models.CheckConstraint(
                name="review_task_of_graders_about_a_matter",
                condition=~Q(kind="graders-differ") | Q(allegation__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["allegation"],
                condition=Q(done_at__isnull=True, kind="graders-differ"),
                name="review_task_of_graders_open_once",
            ),
            models.UniqueConstraint(
                fields=["source", "reason"],
                condition=Q(done_at__isnull=True, source__isnull=False, kind=""),
                name="review_task_open_once_a_source",
            ),
            models.UniqueConstraint(
                fields=["source", "kind"],
                condition=Q(done_at__isnull=True, source__isnull=False) & ~Q(kind=""),
                name="review_task_open_once_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.reason
