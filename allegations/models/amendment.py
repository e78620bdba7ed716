"""Amendments: how published evidence was counted until somebody recorded otherwise."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from allegations.models.allegation import Allegation
from allegations.models.citation import Citation, Origin
from allegations.models.letter import Signature
from candidates.models.base import exactly_one


class Amendment(models.Model):
    """What one record said until a moment, where that bears on how evidence is counted. Append-only.

    Triggers write it, whoever changes the record. `was` holds the ids `derived_from` and `origin` of a citation, the id
    `rests_on` of an origin and whether its independence was `argued`, the id `merged_into` of an allegation, and the
    `country` of a signatory and whether it had `withdrawn`.
    """

    citation = models.ForeignKey(Citation, on_delete=models.PROTECT, null=True, blank=True, related_name="amendments")
    origin = models.ForeignKey(Origin, on_delete=models.PROTECT, null=True, blank=True, related_name="amendments")
    allegation = models.ForeignKey(
        Allegation, on_delete=models.PROTECT, null=True, blank=True, related_name="amendments"
    )
    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, null=True, blank=True, related_name="amendments")
    was = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [BrinIndex(fields=["at"], name="amendment_by_day")]
        constraints = [
            models.CheckConstraint(
                name="amendment_of_exactly_one",
                condition=exactly_one("citation", "origin", "allegation", "signature"),
            ),
        ]

    def __str__(self) -> str:
        return f"until {self.at:%Y-%m-%d}: {self.was}"
