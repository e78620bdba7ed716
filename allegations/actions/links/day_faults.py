"""What is wrong with the archive's days, written down where pages read it, and cleared once it is right again."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, date
from uuid import UUID

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from allegations.actions.links.chain import ChainState, Trouble, chain_state
from allegations.actions.links.damage import follow, follow_unknown
from allegations.actions.links.store import archive, gives_out
from allegations.actions.links.windows import database_now
from allegations.links.archive import layout
from allegations.links.archive.reading import RecordDamaged, members
from allegations.links.archive.store import StoreError
from allegations.models import Capture, DayFault, DayManifest, LinkCheck, Source, StoredFile

logger = logging.getLogger(__name__)

CHECKED, CHECKED_S = "links:chain-checked", 23 * 3600
WRITE_LOCK = 0x6461796661756C74
Kind = DayFault.Kind
OF_DAYS = (Kind.DAY, Kind.STAMP)
Key = tuple[date, str, str, str]  # of a fault: its day, kind, file and words


def check_chain() -> ChainState:
    """Check the chain of the days, and write down what is wrong; when the store is away, nothing is written."""
    state = chain_state()
    if gives_out():
        _write_down(state)
        _mark()
    return state


def check_chain_when_due() -> None:
    """Check the chain once a day, and as long as something is wrong whenever this is called."""
    if cache.add(CHECKED, True, CHECKED_S) or DayFault.objects.exists():
        check_chain()


def last_found() -> ChainState | None:
    """What the last check of the chain found wrong; None where it was nothing."""
    faults = tuple(str(fault) for fault in DayFault.objects.all())
    last = DayManifest.objects.order_by("-day").values_list("day", flat=True).first()
    return ChainState(DayManifest.objects.count(), last, faults) if faults else None


def of_source(source: Source) -> QuerySet[DayFault]:
    """What is wrong with the days of a source's copies, or with a file of it that a manifest names."""
    copies = Capture.objects.filter(source=source)
    of_files = copies.values(on=TruncDate("file__stored_at", tzinfo=UTC))
    of_answers = copies.values(on=TruncDate("check_made__warc__stored_at", tzinfo=UTC))
    of_days = Q(kind__in=OF_DAYS) & (Q(day__in=of_files) | Q(day__in=of_answers))
    own = DayFault.sources.through.objects.filter(source=source).values("dayfault")
    return DayFault.objects.filter(of_days | Q(pk__in=own))


# Writing down


def _write_down(state: ChainState) -> None:
    """Let the rows be what was found, each with the moment when it was found first."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITE_LOCK])
        had = {_key_of(row): row for row in DayFault.objects.all()}
        found = {_key(trouble): trouble for trouble in state.troubles}
        over = [row.pk for key, row in had.items() if key not in found and not _stays(row, state)]
        unknown = set(_sources_of_unknown())
        DayFault.objects.filter(pk__in=over).delete()
        for key in found.keys() - had.keys():
            _begin(found[key])
        follow_unknown(unknown | set(_sources_of_unknown()))


def _begin(trouble: Trouble) -> None:
    day, kind, about, words = _key(trouble)
    row = DayFault.objects.create(day=day, kind=kind, about=about, words=words, found_at=database_now())
    row.sources.set(_concerned(trouble))
    logger.error("The chain of the archive’s days: %s", row)


def _key(trouble: Trouble) -> Key:
    return date.fromisoformat(trouble.day), trouble.kind.value, trouble.about[:300], trouble.words[:500]


def _key_of(row: DayFault) -> Key:
    return row.day, row.kind, row.about, row.words


def _stays(row: DayFault, state: ChainState) -> bool:
    """Tell whether the manifest that lists a file otherwise says nothing now, so that it clears the file of nothing."""
    if row.kind != Kind.UNLIKE:
        return False
    broken = any(one.kind in OF_DAYS and one.day == row.day.isoformat() for one in state.troubles)
    return broken or not DayManifest.objects.filter(day=row.day).exists()


def _sources_of_unknown() -> QuerySet[DayFault, UUID]:
    return DayFault.objects.filter(kind=Kind.UNKNOWN, sources__isnull=False).values_list("sources", flat=True)


def _mark() -> None:
    """Let the files follow, each for itself: one that its manifest lists otherwise is damaged, until it is not."""
    unlike = DayFault.objects.filter(kind=Kind.UNLIKE).values("about")
    marked = Q(fault=StoredFile.Fault.UNLIKE)
    changed = StoredFile.objects.filter(Q(fault="", key__in=unlike) | marked & ~Q(key__in=unlike))
    for pk in list(changed.values_list("pk", flat=True)):
        with transaction.atomic():
            file = StoredFile.objects.select_for_update(no_key=True).get(pk=pk)
            _turn(file)


def _turn(file: StoredFile) -> None:
    unlike = StoredFile.Fault.UNLIKE
    if file.fault not in ("", unlike):  # an audit found more meanwhile
        return
    file.fault = "" if file.fault else unlike.value
    file.fault_at = database_now() if file.fault else None
    file.save(update_fields=["fault", "fault_at"])
    follow(file)


# Whom a fault concerns


def _concerned(trouble: Trouble) -> Iterable[Source]:
    """The sources that a fault of a single file concerns."""
    if trouble.kind in OF_DAYS:
        return Source.objects.none()
    if trouble.kind is Kind.UNKNOWN:
        return _that_had(trouble.about, trouble.sha256)
    file = Q(captures__file__key=trouble.about) | Q(checks__warc__key=trouble.about)
    return Source.objects.filter(file).distinct()


def _that_had(key: str, sha256: str) -> QuerySet[Source]:
    """The sources of a file that no row names any more: by what their checks brought, or by what it says itself."""
    if layout.kind(key) == "warc":
        return Source.objects.filter(canonical_url__in=_addresses_in(key))
    has_file = Exists(StoredFile.objects.filter(pk=OuterRef("file")))
    copies = Capture.objects.filter(sha256=sha256)
    brought = Q(pk__in=LinkCheck.objects.filter(payload_sha256=sha256).values("source"))
    lost = Q(pk__in=copies.filter(~has_file).values("source"))
    return Source.objects.filter(lost | brought & ~Q(pk__in=copies.filter(has_file).values("source")))


def _addresses_in(key: str) -> set[str]:
    try:
        with archive().open(key) as warc:
            return {one.opening.fields.get("warc-target-uri", "") for one in members(warc)}
    except (RecordDamaged, StoreError, OSError):
        return set()
