"""Elections of a body, and the contests (posts) in them."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from candidates.fields import UncertainDateField
from candidates.models.base import Publishable, PublishableQuerySet
from candidates.models.organization import Organization


class ElectionQuerySet(PublishableQuerySet):
    """Elections, each with its contests; one that an editor has approved is public."""


class Election(Publishable):
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=200)
    body = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="elections")
    session = models.CharField(max_length=200, blank=True, help_text="For example “89th General Assembly”.")
    place = models.CharField(max_length=200, blank=True)
    held = UncertainDateField(help_text="When the session was held, as an EDTF date.")
    voted = UncertainDateField(help_text="The day of the vote, as an EDTF date.")
    rules = models.TextField(blank=True, help_text="How the vote is taken: majority, rounds, secrecy.")
    summary = models.TextField(blank=True)

    objects = ElectionQuerySet.as_manager()

    class Meta(Publishable.Meta):
        ordering = ["-voted_earliest", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("election", args=[self.slug])


class ContestQuerySet(models.QuerySet["Contest"]):
    def published(self) -> Self:
        """Contests of elections that the public may see."""
        return self.filter(election__published_at__isnull=False)


class Contest(models.Model):
    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="contests")
    slug = models.SlugField(max_length=80)
    label = models.CharField(max_length=200, help_text="The post, for example “President”.")
    region = models.CharField(max_length=100, blank=True, help_text="For a regional seat, its region.")
    seats = models.PositiveSmallIntegerField(default=1)
    term_years = models.PositiveSmallIntegerField(null=True, blank=True)
    rules = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Its place in the election, from 0.")

    objects = ContestQuerySet.as_manager()

    class Meta:
        ordering = ["election", "position", "label"]
        constraints = [
            models.UniqueConstraint(fields=["election", "slug"], name="contest_slug_unique_in_election"),
            models.CheckConstraint(name="contest_has_seats", condition=Q(seats__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.election})"
