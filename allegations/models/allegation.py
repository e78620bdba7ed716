"""Allegations: one course of conduct each, with what reviewers decided about it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from allegations.codes import Act, Involvement, Link, Sensitivity, Severity
from allegations.workflow import LEGIBLE, PUBLIC, STANDING, State
from candidates.fields import UncertainDateField
from candidates.models import Candidate, Organization
from candidates.models.base import Publishable, PublishableQuerySet, key_field

STATES = [(state.value, state.value) for state in State]


class ReviewedQuerySet(PublishableQuerySet):
    """Records that go through review: what the public may see has been published and not sent back."""

    def in_states(self, states: Iterable[State]) -> Self:
        """Approved records in these states, whether or not what they are about is public."""
        return super().published().filter(state__in=states)

    def published(self) -> Self:
        return self.in_states(PUBLIC)

    def legible(self) -> Self:
        """Public records whose content, and all that belongs to it, may be read: not the retracted ones."""
        return self.published().filter(state__in=LEGIBLE)

    def standing(self) -> Self:
        """Published and neither superseded nor retracted: what a risk profile rests on."""
        return self.published().filter(state__in=STANDING)


class Reviewed(Publishable):
    """A record whose way to the public is the workflow."""

    state = models.CharField(max_length=20, choices=STATES, default=State.DRAFT.value, editable=False)
    state_reason = models.TextField(blank=True, editable=False)
    state_since = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(Publishable.Meta):
        abstract = True
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_public_state_is_published",
                condition=Q(state__in=sorted(PUBLIC), published_at__isnull=False)
                | (~Q(state__in=sorted(PUBLIC)) & Q(published_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_retracted_with_reason",
                condition=~Q(state=State.RETRACTED.value) | ~Q(state_reason=""),
            ),
        ]

    @property
    def is_retracted(self) -> bool:
        return self.state == State.RETRACTED


class AllegationQuerySet(ReviewedQuerySet):
    def published(self) -> Self:
        """Public allegations about candidates whom the public may see."""
        return super().published().filter(candidate__published_at__isnull=False)


class Allegation(Reviewed):
    """One matter: one course of conduct with the same actors, period and victims.

    More complaints, countries or articles about it make no second one; a duplicate points to the
    record that it was merged into.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = key_field()
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="allegations")
    headline = models.CharField(max_length=200, help_text="Neutral and attributed: who alleges what.")
    summary = models.TextField(help_text="What is alleged, in neutral words, each sentence attributed.")
    claimed_by = models.CharField(max_length=200, help_text="Who makes the claim.")
    claimed_by_organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="claims"
    )
    act = models.CharField(max_length=40, choices=Act, help_text="The kind of act that is alleged.")
    involvement = models.CharField(
        max_length=4, choices=Involvement, default=Involvement.UNKNOWN, help_text="As the source alleges it."
    )
    happened = UncertainDateField(help_text="When the conduct is said to have happened (EDTF).")
    first_alleged = UncertainDateField(help_text="When it was first alleged in public (EDTF).")
    sensitivity = models.CharField(max_length=20, choices=Sensitivity, default=Sensitivity.MINIMISED)
    reply_waiver = models.TextField(
        "why no reply was asked", blank=True, help_text="For a severe allegation published without asking."
    )
    severity = models.PositiveSmallIntegerField(choices=Severity, null=True, blank=True)
    link = models.PositiveSmallIntegerField(choices=Link, null=True, blank=True)
    tag = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text="Its number among the published matters of the candidate, in the vector string.",
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", editable=False
    )

    objects = AllegationQuerySet.as_manager()

    class Meta(Reviewed.Meta):
        ordering = ["candidate", F("tag").asc(nulls_last=True), "written_at"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.UniqueConstraint(fields=["candidate", "tag"], name="allegation_tag_once_a_candidate"),
            models.CheckConstraint(
                name="allegation_numbered_when_published",
                condition=Q(published_at__isnull=True, tag__isnull=True)
                | Q(published_at__isnull=False, tag__isnull=False),
            ),
            models.CheckConstraint(
                name="allegation_severity_known",
                condition=Q(severity__isnull=True) | Q(severity__range=(1, 5)),
            ),
            models.CheckConstraint(
                name="allegation_link_known", condition=Q(link__isnull=True) | Q(link__range=(0, 4))
            ),
            models.CheckConstraint(
                name="allegation_not_merged_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.headline

    def number(self) -> None:
        """Give a matter its tag, once, when it is first published: a gap would tell of a draft.

        All tags ever given count, so that a number never comes to mean another matter; the caller saves.
        """
        if self.tag is None:
            Candidate.objects.select_for_update().get(pk=self.candidate_id)
            last = Allegation.objects.filter(candidate=self.candidate_id).aggregate(last=models.Max("tag"))
            self.tag = (last["last"] or 0) + 1

    def clean(self) -> None:
        if self.merged_into_id and self.merged_into and self.merged_into.candidate_id != self.candidate_id:
            raise ValidationError({"merged_into": "Merge only into an allegation about the same candidate."})

    def get_absolute_url(self) -> str:
        return reverse("allegation", args=[self.pk])
