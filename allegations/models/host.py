"""Hosts, for politeness: when each may be asked again, and what its robots.txt asks of us."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Host(models.Model):
    """A host. Nobody asks it before `not_before`; the next of its links is due at `due_at`, and not before that.

    A trigger lowers `due_at` when a link becomes due earlier; whoever writes down a check sets it anew.
    """

    key = models.CharField(max_length=255, unique=True, help_text="Host name in its ASCII form.")
    not_before = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now(), editable=False)
    penalty_level = models.PositiveSmallIntegerField(default=0)
    min_delay_ms = models.PositiveIntegerField(default=2000)

    class Meta:
        ordering = ["key"]
        indexes = [models.Index(fields=["due_at", "id"], name="host_due")]

    def __str__(self) -> str:
        return self.key


class RobotsFile(models.Model):
    """The robots.txt of one origin as it was last read: `status` is that of the answer, `text` what it said."""

    origin = models.CharField(max_length=300, primary_key=True, help_text="For example https://news.example.")
    host = models.CharField(max_length=255, db_index=True, help_text="The key of its host.")
    status = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    fetched_at = models.DateTimeField()

    class Meta:
        ordering = ["origin"]

    def __str__(self) -> str:
        return self.origin
