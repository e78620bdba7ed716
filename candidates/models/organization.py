"""Organisations: bodies that elect, nominate, publish, sign or answer."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django_countries.fields import CountryField


class Organization(models.Model):
    class Kind(models.TextChoices):
        INTERGOVERNMENTAL = "intergovernmental", "intergovernmental organisation"
        GOVERNMENT = "government", "government"
        MINISTRY = "ministry", "ministry"
        EMBASSY = "embassy", "embassy"
        LEGISLATURE = "legislature", "legislature"
        COURT = "court", "court or prosecutor"
        NGO = "ngo", "non-governmental organisation"
        ALLIANCE = "alliance", "alliance"
        MEDIA = "media", "news medium"
        OTHER = "other", "other"

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    other_names = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    country = CountryField(blank=True, help_text="Where it is seated, if it is seated in one country.")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.OTHER)
    website = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="organization_has_name", condition=~models.Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name
