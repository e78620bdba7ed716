"""How a sweep gets on, and how the archive is kept: numbers that the rows themselves give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

import redis
from django.core.cache import cache
from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Now

from allegations.actions.links import canaries
from allegations.actions.links.claiming import LEASE
from allegations.actions.links.windows import database_now, sky_now
from allegations.models import Capture, DayManifest, DayTimestamp, LinkCheck, Source, StoredFile
from allegations.models.source import UNCHECKED

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
KEPT = "links:archive-kept"
FIRST = Min("next_check_at")
FREE = Q(lease_until__isnull=True) | Q(lease_until__lte=Now())  # held by no worker


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the checks stand at a moment.

    `resting` of the `due` wait until their host may be asked again. `checked` counts from when the oldest of the due
    became due, or, where none is due, from when those being checked were handed out, but at most the last hour.
    `withheld` says why what checks find counts for nothing at the moment, and is empty otherwise.
    """

    due: int
    resting: int
    leased: int
    unread: int
    last_minute: int
    last_hour: int
    checked: int
    oldest_due: datetime | None
    next_due: datetime | None
    last_written: datetime | None
    withheld: str

    @property
    def of(self) -> int:
        """How many checks the sweep has in all, as far as is known now."""
        return self.checked + self.due + self.leased

    @property
    def running(self) -> bool:
        return bool(self.due or self.leased)

    @property
    def percent(self) -> int:
        return 100 * self.checked // self.of if self.of else 100


def progress() -> Progress:
    """Return where the checks stand; each number comes from an index, not from a walk over all sources."""
    now = database_now()
    due, leased = _due(), Source.objects.leased().filter(next_check_at__lte=now + LEASE)
    waiting = due.aggregate(n=Count("pk"), resting=Count("pk", filter=Q(host__not_before__gt=now)), first=FIRST)
    held = leased.aggregate(n=Count("pk"), until=Min("lease_until"))
    began = waiting["first"] or (held["until"] - LEASE if held["until"] else None)
    checks = LinkCheck.objects.filter(checked_at__gte=now - HOUR).aggregate(
        minute=Count("pk", filter=Q(checked_at__gte=now - MINUTE)),
        hour=Count("pk"),
        since=Count("pk", filter=Q(checked_at__gte=began or now)),
    )
    sky = sky_now()
    return Progress(
        due=waiting["n"],
        resting=waiting["resting"],
        leased=held["n"],
        unread=Capture.objects.unread().count(),
        last_minute=checks["minute"],
        last_hour=checks["hour"],
        checked=checks["since"],
        oldest_due=waiting["first"],
        next_due=Source.objects.checkable().filter(FREE, next_check_at__gt=now).aggregate(first=FIRST)["first"],
        last_written=LinkCheck.objects.aggregate(last=Max("checked_at"))["last"],
        withheld=canaries.trouble() or (sky.reason if sky.frozen else ""),
    )


def _due() -> QuerySet[Source]:
    return Source.objects.due().filter(FREE)


@dataclass(frozen=True, slots=True)
class Archive:
    """How the archive is kept: what it holds, when its files were last looked at, and how far its days are sealed."""

    files: int
    size: int
    unaudited: int
    faults: int
    last_audit: datetime | None
    days: int
    last_day: date | None
    timestamps: int


def archive_kept() -> Archive:
    """Return how the archive is kept, as it was at most a minute ago: to tell it, all files are counted."""
    try:
        return cast("Archive", cache.get_or_set(KEPT, _archive, MINUTE.total_seconds()))
    except redis.RedisError:  # a page without its cache is slow, and still a page
        return _archive()


def _archive() -> Archive:
    files = StoredFile.objects.aggregate(
        n=Count("pk"),
        size=Sum("size"),
        unaudited=Count("pk", filter=Q(verified_at__isnull=True)),
        faults=Count("pk", filter=~Q(fault="")),
        last=Max("verified_at"),
    )
    days = DayManifest.objects.aggregate(n=Count("pk"), last=Max("day"))
    return Archive(
        files=files["n"],
        size=files["size"] or 0,
        unaudited=files["unaudited"],
        faults=files["faults"],
        last_audit=files["last"],
        days=days["n"],
        last_day=days["last"],
        timestamps=DayTimestamp.objects.values("manifest").distinct().count(),
    )


WAITING, CHECKING, READING, READ = "waiting", "checking", "reading", ""


def stage_of(source: Source) -> str:
    """How far the check of a source is: it waits for it, is being checked, or read; empty when nothing is under way."""
    now = database_now()
    if source.lease_until is not None and source.lease_until > now:
        return CHECKING
    if Capture.objects.unread().filter(source=source).exists():
        return READING
    return WAITING if source.state not in UNCHECKED and source.next_check_at <= now else READ
