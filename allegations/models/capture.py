"""Archived copies of sources: each capture, what it says, what changed between two, and copies in web archives."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from allegations.codes import ContentState
from allegations.models.check import LinkCheck
from allegations.models.source import Source
from allegations.models.stored import StoredFile


class CaptureQuerySet(models.QuerySet["Capture"]):
    def evidence(self) -> Self:
        """Copies that passed the quality gate: they stand for the page when its link dies."""
        return self.filter(quality=Capture.Quality.EVIDENCE)

    def unread(self) -> Self:
        """Copies whose text waits to be read: the due rows of reading."""
        return self.filter(quality=Capture.Quality.UNREAD)


class Capture(models.Model):
    """An archived copy of a source: what, from where, when, how, and its digest (Berkeley Protocol).

    What it is never changes and no row is deleted (a trigger); only its reading is filled in.
    """

    class Kind(models.TextChoices):
        HTTP = "http", "fetched by a check"
        BROWSER = "browser", "rendered in a browser"
        UPLOAD = "upload", "handed in by a reviewer"
        MEMENTO = "memento", "copy in a web archive"

    class Quality(models.TextChoices):
        UNREAD = "unread", "not read yet"
        EVIDENCE = "evidence", "kept as evidence"
        NOT_EVIDENCE = "not-evidence", "kept, but not as evidence"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="captures")
    check_made = models.ForeignKey(LinkCheck, on_delete=models.PROTECT, null=True, blank=True, related_name="captures")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.HTTP)
    captured_at = models.DateTimeField()
    final_url = models.CharField(max_length=2000, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="captures")
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField()
    truncated = models.BooleanField(default=False)
    tls_verified = models.BooleanField(null=True, blank=True)
    tool = models.CharField(max_length=100, blank=True)

    quality = models.CharField(max_length=20, choices=Quality, default=Quality.UNREAD)
    quality_reasons = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    read_due_at = models.DateTimeField(db_default=Now())
    read_tries = models.PositiveSmallIntegerField(default=0)

    objects = CaptureQuerySet.as_manager()

    class Meta:
        ordering = ["source", "-captured_at"]
        indexes = [
            models.Index(fields=["read_due_at", "id"], name="capture_unread", condition=Q(quality="unread")),
            models.Index(fields=["source", "-captured_at"], name="capture_history"),
            models.Index(fields=["sha256"], name="capture_digest"),
        ]
        constraints = [
            models.CheckConstraint(name="capture_digest_is_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="capture_read_or_unread",
                condition=Q(quality="unread", read_at__isnull=True) | (~Q(quality="unread") & Q(read_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"copy of {self.captured_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("copy", args=[self.source_id, self.pk])

    @property
    def is_intact(self) -> bool:
        """Whether the last audit found the file as it was stored."""
        return not self.file.fault


class CaptureText(models.Model):
    """What a copy says: the blocks of its main text, and what it tells of itself. Written once.

    `failure` is empty, or says why no text could be read; `found` holds title, publisher, author, dated, language
    and canonical address as far as the page states them.
    """

    capture = models.OneToOneField(Capture, on_delete=models.PROTECT, primary_key=True, related_name="text")
    blocks = models.JSONField(default=list)
    text_sha256 = models.CharField(max_length=64, blank=True)
    simhash = models.BigIntegerField(null=True, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    found = models.JSONField(default=dict)
    failure = models.CharField(max_length=300, blank=True)
    reader = models.CharField(max_length=40)

    class Meta:
        ordering = ["capture"]
        indexes = [models.Index(fields=["text_sha256"], name="capture_text_digest")]

    def __str__(self) -> str:
        return str(self.capture)


class ContentChange(models.Model):
    """What changed between two copies of a source. Append-only; a task asks a person where one is needed.

    `diff` is a list of {op, before, after}; `quotes_missing` are the ids of the citations whose quote is gone.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="changes")
    before = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="changes")
    level = models.CharField(max_length=20, choices=ContentState)
    reasons = ArrayField(models.CharField(max_length=300), default=list)
    diff = models.JSONField(default=list)
    quotes_missing = ArrayField(models.BigIntegerField(), default=list)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-seen_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["before", "after"], name="content_change_once_a_pair"),
            models.CheckConstraint(name="content_change_of_two", condition=~Q(before=F("after"))),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.seen_at:%Y-%m-%d}"


class WebCopy(models.Model):
    """A copy of a source that a web archive holds: offered to a reviewer, never followed by itself."""

    class Decision(models.TextChoices):
        OFFERED = "offered", "offered"
        ACCEPTED = "accepted", "accepted"
        REFUSED = "refused", "refused"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="web_copies")
    archive = models.CharField(max_length=100)
    uri = models.CharField("address", max_length=2400)
    taken_at = models.DateTimeField()
    similarity = models.FloatField(null=True, blank=True, help_text="To our own copy, from 0 to 1.")
    reasons = ArrayField(models.CharField(max_length=300), default=list)
    found_at = models.DateTimeField()
    decision = models.CharField(max_length=20, choices=Decision, default=Decision.OFFERED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["source", "taken_at"]
        constraints = [
            models.UniqueConstraint(fields=["source", "uri"], name="web_copy_once"),
            models.CheckConstraint(
                name="web_copy_decided_by_and_at",
                condition=Q(decision="offered", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(decision="offered") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.archive}, {self.taken_at:%Y-%m-%d}"
