"""Second looks at pages, some seconds after the first good copy, and the lines that change with every visit."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from allegations.models.capture import Capture
from allegations.models.check import LinkCheck
from allegations.models.source import Source


class SecondLookQuerySet(models.QuerySet["SecondLook"]):
    def waiting(self) -> Self:
        """Looks whose page has not been asked for again yet: the next check of their source is the second look."""
        return self.filter(outcome=SecondLook.Outcome.WAITING)

    def ask_anyway(self, source: Source) -> None:
        """Let a source that somebody has made due stay due where its look is called off."""
        self.waiting().filter(source=source).update(regular_at=Now())

    def late(self) -> Self:
        """Looks that wait and would teach nothing any more, by the database's clock."""
        return self.waiting().filter(until__lt=Now())


class SecondLook(models.Model):
    """That a page was to be asked for once more soon after its baseline, and what came of it; one row a baseline.

    It is due when its source is, and until `until`; `regular_at` is when the source would have been due without it.
    `reason` says in words why it was skipped or taught nothing. No row is deleted (a trigger).
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", "not asked for yet"
        READING = "reading", "asked for; the copy is not read yet"
        LEARNT = "learnt", "lines were learnt"
        NOTHING = "nothing", "nothing was learnt"
        SKIPPED = "skipped", "not asked for"

    baseline = models.OneToOneField(Capture, on_delete=models.PROTECT, primary_key=True, related_name="second_look")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="second_looks")
    until = models.DateTimeField()
    regular_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=Outcome, default=Outcome.WAITING)
    reason = models.CharField(max_length=300, blank=True)
    check_made = models.ForeignKey(LinkCheck, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    copy = models.OneToOneField(Capture, on_delete=models.PROTECT, null=True, blank=True, related_name="looks_again_at")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = SecondLookQuerySet.as_manager()

    class Meta:
        ordering = ["-until"]
        indexes = [models.Index(fields=["until"], name="second_look_waiting", condition=Q(outcome="waiting"))]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], name="second_look_one_at_a_time", condition=Q(outcome__in=["waiting", "reading"])
            ),
            models.CheckConstraint(
                name="second_look_settled_or_not",
                condition=Q(outcome__in=["waiting", "reading"], settled_at__isnull=True)
                | Q(outcome__in=["learnt", "nothing", "skipped"], settled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="second_look_asked_or_not",
                condition=Q(outcome__in=["waiting", "skipped"], check_made__isnull=True, copy__isnull=True)
                | Q(outcome="nothing", check_made__isnull=False)
                | Q(outcome__in=["reading", "learnt"], check_made__isnull=False, copy__isnull=False),
            ),
            models.CheckConstraint(
                name="second_look_says_why", condition=~Q(outcome__in=["nothing", "skipped"], reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"second look, {self.get_outcome_display()}"

    def is_in_time(self, at: datetime) -> bool:
        """Tell whether a copy of then may teach anything: what differs later may be news."""
        return at <= self.until


class VolatilePlaceQuerySet(models.QuerySet["VolatilePlace"]):
    def heeded(self) -> Self:
        """Places whose lines are left out of comparisons."""
        return self.filter(forgotten_at__isnull=True)


class VolatilePlace(models.Model):
    """A place in a page whose lines change with every visit: how they read at the first look, and at the second.

    `above` and `below` are the beginnings of the lines around it, empty at the beginning or the end of the text. No row
    is deleted (a trigger): a person may have it forgotten, which is dated.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="volatile_places")
    look = models.ForeignKey(SecondLook, on_delete=models.PROTECT, related_name="places")
    above = models.CharField(max_length=200, blank=True)
    below = models.CharField(max_length=200, blank=True)
    was = ArrayField(models.CharField(max_length=120))
    became = ArrayField(models.CharField(max_length=120))
    learnt_at = models.DateTimeField(db_default=Now())
    forgotten_at = models.DateTimeField(null=True, blank=True)
    forgotten_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = VolatilePlaceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["source"], name="volatile_place_heeded", condition=Q(forgotten_at__isnull=True))
        ]
        constraints = [
            models.CheckConstraint(
                name="volatile_place_forgotten_by_and_at",
                condition=Q(forgotten_at__isnull=True, forgotten_by__isnull=True)
                | Q(forgotten_at__isnull=False, forgotten_by__isnull=False),
            ),
            models.CheckConstraint(
                name="volatile_place_whole",
                condition=~Q(above="", below="") & Q(was__len__gte=1) & Q(became__len=F("was__len")),
            ),
        ]

    def __str__(self) -> str:
        return " / ".join(self.was)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Each line as it read at the first look, and at the second."""
        return list(zip(self.was, self.became, strict=True))
