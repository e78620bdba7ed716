"""Hosts, for politeness: when each may be asked again, and what its robots.txt asks of us."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Host(models.Model):
    """A host. Nobody asks it before `not_before`; the next of its links is due at `due_at`, and not before that.

    A trigger lowers `due_at` when a link becomes due earlier; whoever writes down a check sets it anew. Between two
    requests it rests for `min_delay_ms`, which a person may set, or for longer where its robots.txt asks for that.
    """

    key = models.CharField(max_length=255, unique=True, help_text="Host name in its ASCII form.")
    not_before = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now(), editable=False)
    penalty_level = models.PositiveSmallIntegerField(default=0)
    min_delay_ms = models.PositiveIntegerField(default=2000, help_text="0: it asks for no rest at all.")
    crawl_delay_ms = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="What its robots.txt asks for."
    )

    class Meta:
        ordering = ["key"]
        indexes = [
            models.Index(fields=["due_at", "id"], name="host_due"),
            models.Index(fields=["not_before"], name="host_closed", condition=Q(penalty_level__gt=0)),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def delay_ms(self) -> int:
        """How long it rests after a request, at least."""
        return max(self.min_delay_ms, self.crawl_delay_ms) if self.min_delay_ms else 0


class RobotsFile(models.Model):
    """The robots.txt of one origin as it was last read: `status` is that of the answer, `text` what it said.

    Where it could not be read, `unread_since` is when that was first so, and `text` what it said before.
    """

    origin = models.CharField(max_length=300, primary_key=True, help_text="For example https://news.example.")
    host = models.CharField(max_length=255, db_index=True, help_text="The key of its host.")
    status = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    fetched_at = models.DateTimeField()
    unread_since = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["origin"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unread_since__isnull=True, status__lt=500) & ~Q(status=429)
                | Q(unread_since__isnull=False, unread_since__lte=models.F("fetched_at"))
                & (Q(status__gte=500) | Q(status=429)),
                name="robots_file_unread_or_not",
            )
        ]

    def __str__(self) -> str:
        return self.origin
