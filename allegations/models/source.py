"""Sources (links that evidence rests on), their hosts, every check of them and every archived copy."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from allegations.codes import LOST, LinkState, Material, Reliability
from allegations.links.memory import LinkPast, State, unpack
from allegations.links.states import describe
from candidates.fields import UncertainDateField
from candidates.models import Organization
from candidates.models.base import key_field

UNCHECKED = (LinkState.RETIRED,)


class Host(models.Model):
    """A host, for politeness: nobody asks it before `not_before`."""

    key = models.CharField(max_length=255, unique=True, help_text="Host name in its ASCII form.")
    not_before = models.DateTimeField(db_default=Now())
    penalty_level = models.PositiveSmallIntegerField(default=0)
    min_delay_ms = models.PositiveIntegerField(default=2000)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class SourceQuerySet(models.QuerySet["Source"]):
    def published(self) -> Self:
        """Sources of at least one citation that the public may see."""
        from allegations.models.citation import Citation

        cited = Citation.objects.published().filter(source=OuterRef("pk"))
        return self.filter(Exists(cited))

    def checkable(self) -> Self:
        return self.exclude(state__in=UNCHECKED)

    def due(self) -> Self:
        """Sources whose check is due by the database's clock."""
        return self.checkable().filter(next_check_at__lte=Now())

    def lost(self) -> Self:
        """Sources that no longer stand: gone or taken over, and no archived copy kept."""
        return self.filter(state__in=LOST, archived=False)


class Source(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = key_field()
    url = models.URLField("address", max_length=2000, help_text="As it was found.")
    canonical_url = models.CharField(max_length=2000, unique=True, editable=False)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="sources", editable=False)
    title = models.CharField(max_length=300, blank=True)
    publisher = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="published_sources"
    )
    author = models.CharField(max_length=200, blank=True, help_text="Empty where none is named.")
    dated = UncertainDateField("date", help_text="When it was published (EDTF); empty where not stated.")
    language = models.CharField(max_length=12, blank=True, help_text="BCP 47, for example en.")
    material = models.CharField(max_length=40, choices=Material, default=Material.OTHER)
    relays = models.CharField(
        max_length=200, blank=True, help_text="Whose report it carries, for example “The Associated Press”."
    )
    reliability = models.CharField(max_length=1, choices=Reliability, blank=True)
    reliability_reason = models.TextField(blank=True)
    note = models.TextField(blank=True)
    added_at = models.DateTimeField(auto_now_add=True)

    state = models.CharField(max_length=20, choices=LinkState, default=LinkState.NEW, editable=False)
    archived = models.BooleanField(default=False, editable=False)
    tier = models.CharField(max_length=20, default="published", editable=False)
    memory = models.JSONField(default=dict, editable=False)  # what the links engine remembers of it
    etag = models.CharField(max_length=300, blank=True, editable=False)
    last_modified = models.CharField(max_length=100, blank=True, editable=False)
    last_checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_alive_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_check_at = models.DateTimeField(db_default=Now(), editable=False)
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["dated_earliest", "title"]
        indexes = [
            models.Index(
                fields=["next_check_at"],
                name="source_due",
                condition=~Q(state__in=[LinkState.RETIRED.value]),
            ),
            models.Index(fields=["host", "next_check_at"], name="source_due_by_host"),
        ]
        constraints = [
            models.CheckConstraint(
                name="source_lease_token_and_until",
                condition=Q(lease_token__isnull=True, lease_until__isnull=True)
                | Q(lease_token__isnull=False, lease_until__isnull=False),
            ),
            models.CheckConstraint(
                name="source_http_only",
                condition=Q(url__iregex=r"^https?://"),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.url

    def get_absolute_url(self) -> str:
        return reverse("source", args=[self.pk])

    @property
    def is_lost(self) -> bool:
        return self.state in LOST and not self.archived

    @property
    def past(self) -> LinkPast:
        """What the checks have left of it, as the links engine reads it; the state is the column's."""
        return replace(unpack(self.memory), state=State(self.state))

    @property
    def past_words(self) -> str:
        """Where its link stands, in a few words."""
        return describe(self.past, timezone.now())


class LinkCheck(models.Model):
    """One check of a link. Append-only: a trigger refuses to change or delete it."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="checks")
    lease_token = models.UUIDField()
    checked_at = models.DateTimeField()
    verdict = models.CharField(max_length=40)
    klass = models.CharField("class", max_length=20)
    state = models.CharField(max_length=20, choices=LinkState, help_text="The state it left the source in.")
    signals = ArrayField(models.CharField(max_length=300), default=list)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    final_url = models.CharField(max_length=2000, blank=True)
    hops = models.JSONField(default=list)
    payload_sha256 = models.CharField(max_length=64, blank=True)
    bytes_read = models.PositiveBigIntegerField(default=0)
    truncated = models.BooleanField(default=False)
    tls_verified = models.BooleanField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-checked_at", "-id"]
        indexes = [
            models.Index(fields=["source", "-checked_at"], name="link_check_history"),
            models.Index(fields=["-checked_at"], name="link_check_recent"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "lease_token"], name="link_check_once_a_lease"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.checked_at:%Y-%m-%d %H:%M}"


class Capture(models.Model):
    """An archived copy of a source: what, from where, when, how, and its digest (Berkeley Protocol)."""

    class Kind(models.TextChoices):
        HTTP = "http", "fetched by a check"
        BROWSER = "browser", "rendered in a browser"
        UPLOAD = "upload", "handed in by a reviewer"
        MEMENTO = "memento", "copy in a web archive"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="captures")
    check_made = models.ForeignKey(LinkCheck, on_delete=models.PROTECT, null=True, blank=True, related_name="captures")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.HTTP)
    captured_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField()
    warc_file = models.CharField(max_length=300, blank=True)
    warc_offset = models.PositiveBigIntegerField(null=True, blank=True)
    warc_length = models.PositiveBigIntegerField(null=True, blank=True)
    truncated = models.BooleanField(default=False)
    tls_verified = models.BooleanField(null=True, blank=True)
    tool = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["source", "-captured_at"]
        constraints = [
            models.CheckConstraint(name="capture_digest_is_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="capture_warc_position_whole",
                condition=Q(warc_file="", warc_offset__isnull=True, warc_length__isnull=True)
                | (~Q(warc_file="") & Q(warc_offset__isnull=False, warc_length__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"copy of {self.captured_at:%Y-%m-%d}"
