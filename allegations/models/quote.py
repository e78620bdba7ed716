"""Where the quotes of citations stand: in which copy each was looked for last, whether it was there, who looked."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from allegations.codes import LinkState
from allegations.models.capture import Capture
from allegations.models.citation import Citation


class QuoteCheckQuerySet(models.QuerySet["QuoteCheck"]):
    def due(self) -> Self:
        """Quotes that were added or changed since a copy of their source was read: the due rows of looking for them."""
        readable = Capture.objects.evidence().filter(source=OuterRef("citation__source"), text__failure="")
        rows = self.filter(copy__isnull=True, due_at__lte=Now()).exclude(citation__source__state=LinkState.RETIRED)
        return rows.filter(Exists(readable))

    def missing(self) -> Self:
        """Quotes that were not found and of which nobody has said that this is all right."""
        return self.filter(found=False, settled_at__isnull=True)


class QuoteCheck(models.Model):
    """Whether the quote of a citation stands on the page, by the latest copy that was looked through.

    A trigger makes the row anew when the quote, or the source that it is taken from, changes: nothing is known of it
    then. `was_found` tells that the quote stood in a copy before; `settled_by` is who said of a missing one that the
    citation stands.
    """

    citation = models.OneToOneField(Citation, on_delete=models.CASCADE, primary_key=True, related_name="quote_check")
    copy = models.ForeignKey(Capture, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    looked_at = models.DateTimeField(null=True, blank=True)
    found = models.BooleanField(null=True, blank=True)
    was_found = models.BooleanField(default=False)
    due_at = models.DateTimeField(db_default=Now())
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = QuoteCheckQuerySet.as_manager()

    class Meta:
        ordering = ["citation"]
        indexes = [
            models.Index(fields=["due_at"], name="quote_check_due", condition=Q(copy__isnull=True)),
            models.Index(
                fields=["citation"], name="quote_check_missing", condition=Q(found=False, settled_at__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="quote_check_looked_at_whole",
                condition=Q(copy__isnull=True, looked_at__isnull=True, found__isnull=True)
                | Q(copy__isnull=False, looked_at__isnull=False, found__isnull=False),
            ),
            models.CheckConstraint(
                name="quote_check_settled_by_and_at",
                condition=Q(settled_by__isnull=True, settled_at__isnull=True)
                | Q(settled_by__isnull=False, settled_at__isnull=False, found=False),
            ),
        ]

    def __str__(self) -> str:
        return f"quote of {self.citation}"
