"""What happened to a link over the years, newest first and in pages: states, checks, changes of its text, copies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from allegations.codes import LinkState
from allegations.models import Capture, DayFault, DayManifest, LinkEvent, Source, StoredFile

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SHOWN = 20
# What a reviewer decided, by the state that they said, and by how what is written down of the rest begins.
SAID: dict[str, _StrPromise] = {
    LinkState.ALIVE: _("A reviewer said that it is the page that was cited."),
    LinkState.GONE: _("A reviewer said that the page is gone."),
    LinkState.USURPED: _("A reviewer said that someone else holds the address."),
    LinkState.RETIRED: _("A reviewer retired the source."),
}
WROTE: tuple[tuple[str, _StrPromise], ...] = (
    ("Read and taken over: ", _("A reviewer read what changed.")),
    ("Looked at what changed: ", _("A reviewer looked at what changed, and keeps comparing with the accepted copy.")),
    ("Moved to ", _("A reviewer said that the new address is to be checked.")),
    ("Looked at, nothing changed: ", _("A reviewer looked at it, and nothing changed.")),
    ("Lines compared again: ", _("A reviewer had lines compared again that were left out.")),
    ("Copy ", _("A reviewer decided about a copy in a web archive.")),
)
DECIDED = _("A reviewer looked at the link.")


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


@dataclass(frozen=True, slots=True)
class Happened:
    """A change of state, and why in words that are for everyone."""

    event: LinkEvent
    why: str


def states(source: Source) -> QuerySet[Any]:
    return source.link_events.order_by("-at", "-id")


def checks(source: Source) -> QuerySet[Any]:
    return source.checks.order_by("-checked_at", "-id")


def changes(source: Source) -> QuerySet[Any]:
    return source.changes.select_related("before", "after").order_by("-seen_at", "-id")


def captures(source: Source) -> QuerySet[Capture]:
    """The copies of a source; `day_fault` is the kind of what is wrong with the manifest of its day, if anything."""
    rows = source.captures.select_related("file", "check_made__warc").alias(
        file_on=TruncDate("file__stored_at", tzinfo=UTC),
        answer_on=TruncDate("check_made__warc__stored_at", tzinfo=UTC),
    )
    return rows.annotate(day_fault=Subquery(_day_faults())).order_by("-captured_at", "-id")


def _day_faults() -> QuerySet[DayFault, Any]:
    days = Q(day=OuterRef("file_on")) | Q(day=OuterRef("answer_on"))
    files = Q(about=OuterRef("file__key")) | Q(about=OuterRef("check_made__warc__key"))
    faults = DayFault.objects.filter(Q(kind=DayFault.Kind.DAY) & days | Q(kind=DayFault.Kind.UNLISTED) & files)
    return faults.order_by("kind").values("kind")[:1]


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


def told(events: Iterable[LinkEvent]) -> list[Happened]:
    """Each change of state with why: what a check found, or what a reviewer decided.

    What a reviewer typed is for reviewers: it may have been written before anything was published, about a draft.
    """
    return [Happened(event, event.reason if event.by_id is None else str(_decided(event))) for event in events]


def _decided(event: LinkEvent) -> _StrPromise:
    if event.left != event.reached:
        return SAID.get(event.reached, DECIDED)
    written = (words for begins, words in WROTE if event.reason.startswith(begins))
    return next(written, SAID.get(event.reached, DECIDED))
