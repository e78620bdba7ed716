"""What happened to a link over the years, newest first and in pages: states, checks, changes of its text, copies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from allegations.models import Capture, DayManifest, Source, StoredFile

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Listing:
    """The newest of many rows; `older` is the id after which the next page begins, or None on the last."""

    rows: list[Any]
    older: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A copy with where it stands in the archive: the day's manifest, once there is one."""

    capture: Capture
    manifest: DayManifest | None


def states(source: Source) -> QuerySet[Any]:
    return source.link_events.order_by("-at", "-id")


def checks(source: Source) -> QuerySet[Any]:
    return source.checks.order_by("-checked_at", "-id")


def changes(source: Source) -> QuerySet[Any]:
    return source.changes.select_related("before", "after").order_by("-seen_at", "-id")


def captures(source: Source) -> QuerySet[Capture]:
    return source.captures.select_related("file", "check_made__warc").order_by("-captured_at", "-id")


# What a history is of → when a row of it was, and its rows.
HISTORIES: dict[str, tuple[str, Any]] = {
    "states": ("at", states),
    "checks": ("checked_at", checks),
    "changes": ("seen_at", changes),
    "copies": ("captured_at", captures),
}


def page_of(source: Source, kind: str, before: str) -> Listing:
    """The rows of a history that are older than the one named, or the newest. What is no row of it is not there."""
    moment, rows_of = HISTORIES[kind]
    rows = rows_of(source)
    return listed(rows.filter(_older_than(rows, moment, before)) if before else rows)


def _older_than(rows: QuerySet[Any], moment: str, pk: str) -> Q:
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        raise Http404
    at = rows.filter(pk=pk).values_list(moment, flat=True).first()
    if at is None:
        raise Http404
    return Q(**{f"{moment}__lt": at}) | Q(**{moment: at, "pk__lt": pk})


def listed(rows: QuerySet[Any]) -> Listing:
    """The first page of rows that are in order."""
    return first_page(list(rows[: SHOWN + 1]))


def first_page(rows: list[Any]) -> Listing:
    return Listing(rows[:SHOWN], rows[SHOWN - 1].pk if len(rows) > SHOWN else None)


def with_manifests(copies: Iterable[Capture]) -> list[Kept]:
    """Each copy with the manifest of the day on which it was stored; one query for all."""
    kept = {copy: archive_file(copy).stored_at.date() for copy in copies}
    manifests = DayManifest.objects.in_bulk(set(kept.values())) if kept else {}
    return [Kept(copy, manifests.get(day)) for copy, day in kept.items()]


def archive_file(copy: Capture) -> StoredFile:
    """The file by which a copy stands in a day's manifest: that of its check, or its own where no check made it."""
    warc = copy.check_made.warc if copy.check_made else None
    return warc or copy.file
