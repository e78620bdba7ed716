"""Coalition letters and their signatories: as claimed, and as listed."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_countries.fields import CountryField

from allegations.codes import Certainty, LetterStance
from allegations.models.allegation import Reviewed, ReviewedQuerySet
from candidates.fields import UncertainDateField
from candidates.models import Candidacy, Organization


class CoalitionLetterQuerySet(ReviewedQuerySet):
    def published(self) -> Self:
        """Public letters about at least one candidacy that the public may see."""
        return super().published().filter(candidacies__in=Candidacy.objects.published()).distinct()


class CoalitionLetter(Reviewed):
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=200)
    dated = UncertainDateField("date", help_text="EDTF, for example 2020-10.")
    stance = models.CharField(max_length=20, choices=LetterStance)
    candidacies = models.ManyToManyField(Candidacy, related_name="letters")
    sender = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="letters_sent"
    )
    addressees = models.CharField(max_length=300, help_text="To whom, for example “the Secretary General”.")
    summary = models.TextField(help_text="What it says, in neutral words.")
    demands = models.TextField(blank=True)
    claimed_organizations = models.PositiveIntegerField(null=True, blank=True)
    claimed_people = models.PositiveIntegerField(null=True, blank=True)
    claimed_countries = models.PositiveIntegerField(null=True, blank=True)
    claimed_note = models.CharField(max_length=200, blank=True, help_text="For example “some 20” elsewhere.")

    objects = CoalitionLetterQuerySet.as_manager()

    class Meta(Reviewed.Meta):
        ordering = ["dated_earliest", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("letter", args=[self.slug])

    @property
    def claimed_total(self) -> int | None:
        counts = [count for count in (self.claimed_organizations, self.claimed_people) if count is not None]
        return sum(counts) if counts else None


class Signature(models.Model):
    """A signatory as a document or a report names it."""

    letter = models.ForeignKey(CoalitionLetter, on_delete=models.CASCADE, related_name="signatures")
    name = models.CharField(max_length=200)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="signatures"
    )
    is_organization = models.BooleanField(default=False)
    capacity = models.CharField(max_length=200, blank=True, help_text="For example “Member of Parliament”.")
    country = CountryField(blank=True)
    certainty = models.CharField(max_length=20, choices=Certainty, default=Certainty.LISTED)
    signed = UncertainDateField()
    withdrawn = UncertainDateField()
    note = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField(null=True, default=timezone.now, editable=False)  # unset: nobody knows when

    class Meta:
        ordering = ["letter", "name"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "name"], name="signature_once_a_letter"),
            models.CheckConstraint(
                name="signature_withdrawn_after_signed",
                condition=Q(withdrawn_latest__isnull=True)
                | Q(signed_earliest__isnull=True)
                | Q(withdrawn_latest__gte=models.F("signed_earliest")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
