"""Which digest was sent to whom, so that nobody gets one twice a day."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Digest(models.Model):
    """A mail about what waits, sent to one person on one day. The row is written with the mail, or not at all."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-day", "person"]
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="digest_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
