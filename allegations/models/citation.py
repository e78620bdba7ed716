"""Citations: a source used for a statement, and the origins that statements go back to."""

from __future__ import annotations

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from allegations.codes import Connection, Credibility, Directness, Stance
from allegations.models.allegation import Allegation
from allegations.models.conflict import ConflictSide, FactConflict
from allegations.models.letter import CoalitionLetter
from allegations.models.proceeding import Proceeding
from allegations.models.reply import Reply
from allegations.models.source import Source
from candidates.models import Candidacy, Election, Organization
from candidates.models.base import Publishable, PublishableQuerySet, exactly_one, key_field

TARGETS = ("allegation", "proceeding", "letter", "reply", "candidacy", "election", "conflict_side")


class Origin(models.Model):
    """Where a statement comes from: a person, document or report, and what that rests on in turn."""

    key = key_field()
    label = models.CharField(max_length=200, help_text="For example “the complainants' statement”.")
    connection = models.CharField(
        max_length=6,
        choices=Connection,
        default=Connection.UNKNOWN,
        help_text="Its connection to the events.",
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="origins"
    )
    rests_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="relayed_by")
    independence = models.TextField(
        blank=True,
        help_text="One sentence that argues why it is independent of other origins. Empty: same origin.",
    )

    class Meta:
        ordering = ["label"]
        constraints = [
            models.CheckConstraint(
                name="origin_not_on_itself", condition=Q(rests_on__isnull=True) | ~Q(rests_on=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        above = self.rests_on
        while above is not None:
            if above.pk == self.pk:
                raise ValidationError({"rests_on": "These origins would rest on one another in a circle."})
            above = above.rests_on


class CitationQuerySet(PublishableQuerySet):
    def published(self) -> Self:
        """Approved, for a statement that the public may see."""
        visible = Q(allegation__in=Allegation.objects.legible())
        visible |= Q(proceeding__in=Proceeding.objects.published())
        visible |= Q(letter__in=CoalitionLetter.objects.legible())
        visible |= Q(reply__in=Reply.objects.published())
        visible |= Q(candidacy__in=Candidacy.objects.published())
        visible |= Q(election__in=Election.objects.published())
        visible |= Q(conflict_side__conflict__in=FactConflict.objects.published())
        return super().published().filter(visible)


class Citation(Publishable):
    """A source used for one statement."""

    key = key_field()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="citations")
    allegation = models.ForeignKey(
        Allegation, on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )
    proceeding = models.ForeignKey(
        Proceeding, on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )
    letter = models.ForeignKey(
        CoalitionLetter, on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )
    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, null=True, blank=True, related_name="citations")
    candidacy = models.ForeignKey(Candidacy, on_delete=models.CASCADE, null=True, blank=True, related_name="citations")
    election = models.ForeignKey(Election, on_delete=models.CASCADE, null=True, blank=True, related_name="citations")
    conflict_side = models.ForeignKey(
        ConflictSide, on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )
    quote = models.TextField(blank=True, help_text="Only where the exact wording matters; a few words.")
    locator = models.CharField(max_length=200, blank=True, help_text="Page, paragraph or minute.")
    stance = models.CharField(max_length=20, choices=Stance, default=Stance.SUPPORTS)
    directness = models.CharField(max_length=20, choices=Directness, default=Directness.REPORTED)
    credibility = models.PositiveSmallIntegerField(choices=Credibility, null=True, blank=True)
    derived_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="copies",
        help_text="The citation whose text this one copies or relays.",
    )
    origin = models.ForeignKey(Origin, on_delete=models.PROTECT, null=True, blank=True, related_name="citations")
    read_on = models.DateField(null=True, blank=True, help_text="When a person read it for this statement.")
    note = models.TextField(blank=True)

    objects = CitationQuerySet.as_manager()

    class Meta(Publishable.Meta):
        ordering = ["id"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                name="citation_for_exactly_one",
                condition=exactly_one(*TARGETS),
                violation_error_message="A citation belongs to exactly one statement.",
            ),
            models.CheckConstraint(
                name="citation_credibility_known",
                condition=Q(credibility__isnull=True) | Q(credibility__range=(1, 6)),
            ),
            models.CheckConstraint(
                name="citation_not_from_itself",
                condition=Q(derived_from__isnull=True) | ~Q(derived_from=F("id")),
            ),
            models.CheckConstraint(
                name="citation_origin_of_its_own_or_derived",
                condition=Q(derived_from__isnull=True) | Q(origin__isnull=True),
                violation_error_message="A copy has the origin of what it copies; leave its own origin empty.",
            ),
            *(
                models.UniqueConstraint(
                    fields=["source", target, "locator", "stance"],
                    condition=Q(**{f"{target}__isnull": False}),
                    name=f"citation_once_for_{target}",
                    violation_error_message="This source is cited for this statement already.",
                )
                for target in TARGETS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} ({self.get_stance_display()})"

    @property
    def statement(self) -> models.Model:
        """What it is cited for."""
        found: models.Model = next(getattr(self, name) for name in TARGETS if getattr(self, f"{name}_id"))
        return found

    def clean(self) -> None:
        above = self.derived_from
        while above is not None:
            if above.pk == self.pk:
                raise ValidationError({"derived_from": "These citations would copy one another in a circle."})
            above = above.derived_from
