"""Sources: the links that evidence rests on, and where each stands."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from allegations.codes import LOST, ContentState, LinkState, Material, Reliability
from allegations.links.memory import LinkPast, State, unpack
from allegations.links.states import describe
from allegations.links.urls import UrlRefused, canonical
from allegations.models.host import Host
from candidates.fields import UncertainDateField
from candidates.models import Organization
from candidates.models.base import key_field

UNCHECKED = (LinkState.RETIRED,)


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

    def leased(self) -> Self:
        """Sources that a worker is checking at this moment."""
        return self.filter(lease_until__gt=Now())

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
    content_state = models.CharField(max_length=20, choices=ContentState, blank=True, editable=False)
    baseline = models.ForeignKey(
        "Capture", on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )  # the copy that what is cited is compared with
    moved_to = models.CharField(max_length=2000, blank=True, editable=False)  # where the server says that it is now
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
    claim_count = models.PositiveSmallIntegerField(
        default=0, db_default=0, editable=False
    )  # how often it was handed to a worker since a check of it was last written down
    copies_due_at = models.DateTimeField(null=True, blank=True, editable=False)  # when web archives are to be asked

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["dated_earliest", "title"]
        indexes = [
            models.Index(
                fields=["next_check_at"],
                name="source_due",
                condition=~Q(state__in=[LinkState.RETIRED.value]),
            ),
            models.Index(
                fields=["host", "next_check_at"],
                name="source_due_by_host",
                condition=~Q(state__in=[LinkState.RETIRED.value]),
            ),
            models.Index(fields=["copies_due_at"], name="source_copies_due", condition=Q(copies_due_at__isnull=False)),
            models.Index(fields=["next_check_at"], name="source_claimed_in_vain", condition=Q(claim_count__gte=2)),
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
    def has_moved(self) -> bool:
        """Whether it is checked at another address than the one where it was found."""
        try:
            return canonical(self.url) != self.canonical_url
        except UrlRefused:  # an exception that an operator made
            return False

    @property
    def checked_url(self) -> str:
        """The address that its state is about: as it was found, unless a person has followed it to another."""
        return self.canonical_url if self.has_moved else self.url

    @property
    def is_taken_over(self) -> bool:
        """Whether someone else holds its address, or seems to: no page leads a reader there."""
        is_said = LinkState.USURPED in (self.state, self.memory.get("proposed"))
        return is_said or bool(self.memory.get("taken_over"))

    @property
    def past(self) -> LinkPast:
        """What the checks have left of it, as the links engine reads it; the state is the column's."""
        return replace(unpack(self.memory), state=State(self.state))

    @property
    def past_words(self) -> str:
        """Where its link stands, in a few words."""
        return describe(self.past, timezone.now())
