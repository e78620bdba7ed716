"""Replies: what was answered, by whom, to what, and whether it answers what was asked."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from allegations.codes import OfficialPosition, ReplyKind
from allegations.models.allegation import Allegation
from allegations.models.letter import CoalitionLetter
from allegations.replies import OTHER, SPEAKERS
from candidates.fields import UncertainDateField
from candidates.models import Candidacy, Organization
from candidates.models.base import Publishable, PublishableQuerySet, exactly_one, key_field

TARGETS = ("allegation", "letter", "candidacy", "institution")


class ReplyQuerySet(PublishableQuerySet):
    def published(self) -> Self:
        """Approved, and to something that the public may see."""
        visible = Q(institution__isnull=False)
        visible |= Q(allegation__in=Allegation.objects.legible())
        visible |= Q(letter__in=CoalitionLetter.objects.legible())
        visible |= Q(candidacy__in=Candidacy.objects.published())
        return super().published().filter(visible)


class Reply(Publishable):
    key = key_field()
    allegation = models.ForeignKey(Allegation, on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    letter = models.ForeignKey(CoalitionLetter, on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    candidacy = models.ForeignKey(Candidacy, on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    institution = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        help_text="For a reply about an institution and not about a candidate.",
    )
    kind = models.CharField(max_length=20, choices=ReplyKind)
    position = models.CharField(max_length=4, choices=OfficialPosition, default=OfficialPosition.UNKNOWN)
    by = models.CharField("given by", max_length=200, help_text="Who answers, or who was asked.")
    speaker = models.CharField(
        "who speaks",
        max_length=20,
        choices=list(SPEAKERS.items()),
        default=OTHER,
        help_text="Who answers, or who was asked. A ministry, an embassy or a supporter is somebody else.",
    )
    by_organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="replies_given"
    )
    asked_by = models.CharField(max_length=200, blank=True, help_text="Who asked; empty if nobody did.")
    asked_by_us = models.BooleanField(default=False, help_text="The request was ours.")
    text = models.TextField("what was answered", blank=True)
    with_evidence = models.BooleanField(default=False)
    answers = models.BooleanField("answers what was asked", null=True, blank=True, help_text="Empty: not judged yet.")
    asked = UncertainDateField()
    due = UncertainDateField()
    answered = UncertainDateField()

    objects = ReplyQuerySet.as_manager()

    class Meta(Publishable.Meta):
        verbose_name_plural = "replies"
        ordering = ["answered_earliest", "id"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                name="reply_to_exactly_one",
                condition=exactly_one(*TARGETS),
                violation_error_message="Say to what it replies: exactly one of "
                "allegation, letter, candidacy or institution.",
            ),
            models.CheckConstraint(
                name="reply_not_given_has_no_text", condition=~Q(kind="no-reply-yet") | Q(answered="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.by}"
