"""Candidates and their names, and their candidacies in contests."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.urls import reverse
from django_countries.fields import CountryField

from candidates.fields import UncertainDateField
from candidates.models.base import Publishable, PublishableQuerySet, key_field
from candidates.models.election import Contest
from candidates.models.organization import Organization
from candidates.names import keys, query_keys, words_keys


class CandidateQuerySet(PublishableQuerySet):
    def published(self) -> Self:
        """Candidates that the public may see; one merged into another is reached only by its redirect."""
        return super().published().filter(merged_into__isnull=True)

    def called(self, query: str) -> Self:
        """Candidates that any of whose names a query may mean, in any script."""
        found = self
        for alternatives in query_keys(query):
            found = found.filter(name_keys__overlap=sorted(alternatives))
        return found if query_keys(query) else found.none()

    def closest_first(self, query: str) -> Self:
        """The same candidates: who is called so, letter by letter, has all its words in some name, only sounds alike.

        A name that differs in accents or marks alone ranks among those with all the words, if its bearer has others.
        """
        typed = query.replace("\0", "")  # which no column holds, and no query may
        named = CandidateName.objects.filter(candidate=OuterRef("pk"), text__iexact=typed)
        same = Q(name__iexact=typed) | Q(name_keys__contained_by=sorted(keys(query))) | Exists(named)
        words = Q(name_keys__contains=sorted(words_keys(query)))
        rank = Case(When(same, then=3), When(words, then=2), default=1)
        return self.called(query).order_by(rank.desc(), "sort_name", "name", "pk")


class Candidate(Publishable):
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200, help_text="The name under which the profile stands.")
    sort_name = models.CharField(max_length=200, blank=True, help_text="Empty: the name as it stands.")
    description = models.TextField(
        blank=True, help_text="One neutral paragraph: office held, earlier posts. No adjectives."
    )
    office = models.CharField(max_length=200, blank=True, help_text="The office held when nominated.")
    born = UncertainDateField()
    identifiers = models.JSONField(default=dict, blank=True, help_text='For example {"wikidata": "Q1"}.')
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", editable=False
    )
    name_keys = ArrayField(models.CharField(max_length=210), default=list, editable=False)

    objects = CandidateQuerySet.as_manager()

    class Meta(Publishable.Meta):
        ordering = ["sort_name", "name"]
        indexes = [GinIndex(fields=["name_keys"], name="candidate_name_keys")]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                name="candidate_not_merged_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        if not self.sort_name:
            self.sort_name = self.name
        if not self.name_keys:
            self.name_keys = sorted(keys(self.name))
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def clean(self) -> None:
        known = self.identifiers
        if not isinstance(known, dict) or not all(isinstance(value, str) for value in known.values()):
            raise ValidationError({"identifiers": 'Write names and values, for example {"wikidata": "Q1"}.'})

    def get_absolute_url(self) -> str:
        return reverse("candidate", args=[self.slug])

    def index_names(self) -> None:
        """Rebuild the keys under which the candidate is found; call after names changed."""
        spellings = [self.name, *self.names.values_list("text", flat=True)]
        self.name_keys = sorted(set().union(*map(keys, spellings)))
        self.save(update_fields=["name_keys"])


class CandidateName(models.Model):
    class Kind(models.TextChoices):
        PRIMARY = "primary", "primary"
        ALIAS = "alias", "also known as"
        TRANSLITERATION = "transliteration", "transliteration"
        FORMER = "former", "former name"

    class Order(models.TextChoices):
        GIVEN_FIRST = "given-first", "given name first"
        FAMILY_FIRST = "family-first", "family name first"

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(max_length=200)
    language = models.CharField(max_length=12, blank=True, help_text="BCP 47, for example ar or zh-Hans.")
    script = models.CharField(max_length=4, blank=True, help_text="ISO 15924, for example Arab or Latn.")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.ALIAS)
    order = models.CharField(max_length=20, choices=Order, default=Order.GIVEN_FIRST)

    class Meta:
        ordering = ["candidate", "id"]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "text"], name="candidate_name_once"),
            models.UniqueConstraint(
                fields=["candidate", "script"],
                condition=Q(kind="primary"),
                name="candidate_one_primary_name_a_script",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class CandidacyQuerySet(PublishableQuerySet):
    def published(self) -> Self:
        """Candidacies whose candidate and election the public may see too."""
        return (
            super()
            .published()
            .filter(
                candidate__published_at__isnull=False,
                candidate__merged_into__isnull=True,
                contest__election__published_at__isnull=False,
            )
        )


class Candidacy(Publishable):
    """A person in a contest."""

    class Status(models.TextChoices):
        ANNOUNCED = "announced", "announced"
        NOMINATED = "nominated", "nominated"
        WITHDRAWN = "withdrawn", "withdrawn"
        INELIGIBLE = "ineligible", "ineligible"
        ELECTED = "elected", "elected"
        NOT_ELECTED = "not-elected", "not elected"

    key = key_field()
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="candidacies")
    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="candidacies")
    listed_as = models.CharField(max_length=200, blank=True, help_text="The name as the body listed it.")
    nominated_by_country = CountryField(blank=True)
    nominated_by = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="nominations"
    )
    status = models.CharField(max_length=20, choices=Status, default=Status.NOMINATED)
    outcome = models.CharField(
        max_length=200, blank=True, help_text="For example “elected in the third round with 68.9 %”."
    )
    ballot_position = models.PositiveSmallIntegerField(null=True, blank=True)
    evidence_revision = models.BigIntegerField(default=0, editable=False)

    objects = CandidacyQuerySet.as_manager()

    class Meta(Publishable.Meta):
        verbose_name_plural = "candidacies"
        ordering = ["contest", F("ballot_position").asc(nulls_last=True), "candidate__sort_name"]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(fields=["candidate", "contest"], name="candidacy_once_in_a_contest"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate} for {self.contest.label}"

    def get_absolute_url(self) -> str:
        return self.candidate.get_absolute_url()


class CandidacyStatus(models.Model):
    """One entry in the history of a candidacy's status."""

    candidacy = models.ForeignKey(Candidacy, on_delete=models.CASCADE, related_name="history")
    status = models.CharField(max_length=20, choices=Candidacy.Status)
    since = UncertainDateField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["candidacy", "since_earliest", "id"]
        verbose_name_plural = "candidacy statuses"
        constraints = [models.UniqueConstraint(fields=["candidacy", "status", "since"], name="candidacy_status_once")]

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.since}".strip()
