"""Files of the archive that no manifest lists, though the day on which they were stored is sealed.

That comes of a clock that ran ahead or went back. As long as the manifests list as many files as there are of the
sealed days, nothing is missing; only otherwise are they all read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from allegations.actions.links.store import archive
from allegations.links.archive import layout
from allegations.links.archive.store import StoreError
from allegations.models import DayManifest, StoredFile

LISTED_KINDS = (StoredFile.Kind.WARC, StoredFile.Kind.PAYLOAD, StoredFile.Kind.TIMESTAMP)
DAY = timedelta(days=1)


def begin(day: date) -> datetime:
    """Return the first moment of a day."""
    return datetime.combine(day, time.min, UTC)


def days_of(files: QuerySet[StoredFile]) -> list[date]:
    """Return the days on which these files were stored, in order."""
    days = files.annotate(on=TruncDate("stored_at", tzinfo=UTC)).order_by("on").values_list("on", flat=True)
    return list(days.distinct())


def listed_on(day: date, now: datetime) -> list[StoredFile]:
    """Return what the manifest of this day is to list: the files of the day, and all that should be listed already.

    The latter are files of sealed days and, where a clock ran ahead, files of days that are still to come.
    """
    files = StoredFile.objects.filter(kind__in=LISTED_KINDS)
    to_come = Q(stored_at__gte=max(now, begin(day)) + 2 * DAY)
    if _counts_agree() and not files.filter(to_come).exists():
        return list(files.filter(stored_at__gte=begin(day), stored_at__lt=begin(day) + DAY))
    return list(_outside(files.filter(Q(stored_at__lt=begin(day) + DAY) | to_come)))


def unlisted(*, by_count: bool = True) -> list[StoredFile]:
    """Return the files of sealed days that no manifest lists; `by_count`, none where the numbers agree."""
    return [] if by_count and _counts_agree() else list(_outside(_of_sealed_days()))


def _of_sealed_days() -> QuerySet[StoredFile]:
    last = DayManifest.objects.order_by("day").last()
    files = StoredFile.objects.filter(kind__in=LISTED_KINDS)
    return files.filter(stored_at__lt=begin(last.day) + DAY) if last else files.none()


def _counts_agree() -> bool:
    listed = DayManifest.objects.aggregate(all=Sum("entries"))["all"] or 0
    return bool(_of_sealed_days().count() == listed)


def _outside(files: Iterable[StoredFile]) -> Iterator[StoredFile]:
    """Yield the files that no manifest lists; nothing is said of days whose manifest cannot be read."""
    keys: set[str] = set()
    unread: set[date] = set()
    for day in DayManifest.objects.values_list("day", flat=True):
        try:
            keys |= _keys(day)
        except (StoreError, OSError, ValueError, KeyError, TypeError):
            unread.add(day)
    for file in files:
        if file.key not in keys and file.stored_at.astimezone(UTC).date() not in unread:
            yield file


def _keys(day: date) -> set[str]:
    with archive().open(layout.manifest_keys(day)[0]) as lines:
        return {json.loads(line)["key"] for line in lines}
