"""What was found out about links: every check, and every change of state with its reason."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from allegations.codes import LinkState
from allegations.models.source import Source
from allegations.models.stored import StoredFile


class LinkCheck(models.Model):
    """One check of a link. Append-only: a trigger refuses to change or delete it.

    `warc`, `warc_offset` and `warc_length` say where the record of its answer stands; they are empty where no
    answer came, or where it could not be kept (`not_kept` says why).
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="checks")
    lease_token = models.UUIDField()
    checked_at = models.DateTimeField()
    verdict = models.CharField(max_length=40)
    klass = models.CharField("class", max_length=20)
    state = models.CharField(max_length=20, choices=LinkState, help_text="The state it left the source in.")
    signals = ArrayField(models.CharField(max_length=300), default=list)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    final_url = models.CharField(max_length=2000, blank=True)
    address = models.GenericIPAddressField("internet address", null=True, blank=True)
    hops = models.JSONField(default=list)
    certificate = models.JSONField(null=True, blank=True)
    payload_sha256 = models.CharField(max_length=64, blank=True)
    bytes_read = models.PositiveBigIntegerField(default=0)
    bytes_decoded = models.PositiveBigIntegerField(default=0)
    truncated = models.BooleanField(default=False)
    tls_verified = models.BooleanField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(default=0)
    timings = models.JSONField(default=dict)
    warc = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="checks")
    warc_offset = models.PositiveBigIntegerField(null=True, blank=True)
    warc_length = models.PositiveBigIntegerField(null=True, blank=True)
    not_kept = models.CharField(max_length=300, blank=True, help_text="Why the answer could not be archived.")

    class Meta:
        ordering = ["-checked_at", "-id"]
        indexes = [
            models.Index(fields=["source", "-checked_at"], name="link_check_history"),
            models.Index(fields=["-checked_at"], name="link_check_recent"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "lease_token"], name="link_check_once_a_lease"),
            models.CheckConstraint(
                name="link_check_warc_position_whole",
                condition=Q(warc__isnull=True, warc_offset__isnull=True, warc_length__isnull=True)
                | Q(warc__isnull=False, warc_offset__isnull=False, warc_length__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.checked_at:%Y-%m-%d %H:%M}"


class LinkEvent(models.Model):
    """A change of where a link stands, by a check or by a person. Append-only, as checks are."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="link_events")
    left = models.CharField(max_length=20, choices=LinkState)
    reached = models.CharField(max_length=20, choices=LinkState)
    reason = models.CharField(max_length=500)
    check_made = models.ForeignKey(LinkCheck, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["source", "-at"], name="link_event_history"),
            BrinIndex(fields=["at"], name="link_event_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                name="link_event_by_a_check_or_a_person",
                condition=Q(check_made__isnull=False, by__isnull=True) | Q(check_made__isnull=True, by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.left} → {self.reached}"
