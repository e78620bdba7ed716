"""Reading copies: their text under limits, what changed since the copy before, and whether they stand as evidence."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from allegations.actions.evidence import evidence_change
from allegations.actions.links.auditing import mark_archived
from allegations.actions.links.comparing import Question, copy_before, follow, question_about
from allegations.actions.links.store import archive
from allegations.actions.links.windows import database_now
from allegations.codes import ContentState
from allegations.links.archive.gate import Fetched, quality
from allegations.links.archive.store import StoreError
from allegations.links.judgement import Klass
from allegations.links.texts import READER, Asked, Failure, Job, Level, Metadata, Readers, Reading
from allegations.models import Capture, CaptureText, Host, Source

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than one reading may take
MOST_TRIES = 3
BATCH = 4  # at the worst, each child reads two documents for as long as it may, within the task’s limit
CHILDREN = 2
GIVEN_UP = "Reading it was begun several times and never came to an end."
AFTER_NOT_OPENED = timedelta(minutes=10)
# What stands in for the page is no evidence of it: the copy before goes on to stand.
NOT_THE_PAGE = {
    Level.PAYWALLED: "Only a part of the page is shown; the copy before it stands.",
    Level.REPLACED: "It shows something else than the copy before it.",
}
TLS_FAULTS = frozenset({"TLS_EXPIRED", "TLS_UNTRUSTED", "TLS_NAME"})

CLAIM = """
UPDATE allegations_capture SET read_due_at = statement_timestamp() + %(lease)s, read_tries = read_tries + 1
WHERE id IN (
    SELECT c.id FROM allegations_capture c WHERE c.quality = 'unread' AND c.read_due_at <= statement_timestamp()
        AND NOT EXISTS (SELECT 1 FROM allegations_capture e WHERE e.source_id = c.source_id
            AND e.quality = 'unread' AND (e.captured_at, e.id) < (c.captured_at, c.id))
    ORDER BY c.read_due_at, c.id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) RETURNING id
"""


def is_due() -> bool:
    """Tell whether a copy waits to be read."""
    return Capture.objects.unread().filter(read_due_at__lte=Now()).exists()


def read_due(*, until: float | None = None, readers: Readers | None = None) -> int:
    """Read copies that wait, until none is left or `until` (monotonic seconds) is past; return how many were read."""
    read = 0
    with readers or Readers(CHILDREN) as children, ThreadPoolExecutor(CHILDREN, "reading") as threads:
        while not _is_over(until):
            copies = _claim()
            if not copies:
                break
            # One that was begun before may have ended its reader: it is read alone, so that it takes no other with it.
            alone = any(copy.read_tries > 1 for copy in copies)
            for group in [[copy] for copy in copies] if alone else [copies]:
                read += _leave(group) if _is_over(until) else _read_group(group, children, threads)
    return read


def _is_over(until: float | None) -> bool:
    return until is not None and time.monotonic() >= until


def _leave(copies: list[Capture]) -> int:
    """Leave copies to the next task, as if nobody had begun to read them."""
    Capture.objects.filter(pk__in=[copy.pk for copy in copies]).update(
        read_due_at=Now(), read_tries=F("read_tries") - 1
    )
    return 0


def _read_group(copies: list[Capture], children: Readers, threads: ThreadPoolExecutor) -> int:
    waiting = [_Waiting(copy, before := copy_before(copy), question_about(copy.source, before)) for copy in copies]
    readings = list(threads.map(partial(_read, children), waiting))
    read = [(one, reading) for one, reading in zip(waiting, readings, strict=True) if reading is not None]
    with evidence_change():
        sources = _held([one.copy for one, _ in read])
        for one, reading in read:
            _write(one, reading, sources[one.copy.source_id])
    unopened = [one.copy for one, reading in zip(waiting, readings, strict=True) if reading is None]
    _put_off(unopened)
    return len(read)


def _put_off(copies: list[Capture]) -> None:
    """Try again later to open files that the store does not give: that is its fault, and says nothing of the copy."""
    later = Now() + AFTER_NOT_OPENED
    Capture.objects.filter(pk__in=[copy.pk for copy in copies]).update(
        read_due_at=later, read_tries=F("read_tries") - 1
    )


def _held(copies: list[Capture]) -> dict[UUID, Source]:
    """The sources of these copies and then their hosts, locked in the order in which all who write lock them."""
    pks = {copy.source_id for copy in copies}
    rows = Source.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    sources = {source.pk: source for source in rows.select_related("host", "baseline__text")}
    hosts = Host.objects.select_for_update().filter(pk__in={source.host_id for source in sources.values()})
    list(hosts.order_by("pk").values_list("pk"))
    return sources


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A copy to be read, the one before it, and what is asked of the two."""

    copy: Capture
    before: Capture | None
    question: Question | None


def _claim() -> list[Capture]:
    """Take copies that nobody else is handed before the lease ends, the earliest of each source."""
    with transaction.atomic(), connection.cursor() as cursor:
        values: dict[str, Any] = {"lease": LEASE, "limit": BATCH}
        cursor.execute(CLAIM, values)
        taken = [row[0] for row in cursor.fetchall()]
    rows = Capture.objects.filter(pk__in=taken).select_related("source", "file", "check_made")
    return list(rows.order_by("pk"))


def _write(one: _Waiting, reading: Reading, source: Source) -> None:
    """Write down one reading, in a savepoint of its own; what cannot be written is read again, some times."""
    try:
        with transaction.atomic():
            _write_down(one, reading, source)
    except OperationalError:
        raise
    except Exception:
        logger.exception("What the copy %s says could not be written down", one.copy.pk)


def _write_down(one: _Waiting, reading: Reading, source: Source) -> None:
    copy, before = one.copy, one.before
    _write_text(copy, reading, before)
    _write_quality(copy, reading)
    if copy.quality == Capture.Quality.EVIDENCE:
        _stand(source, copy)
    if before is not None and reading.change is not None:
        follow(source, before, copy, reading.change, one.question)
    mark_archived(source)


def _read(readers: Readers, one: _Waiting) -> Reading | None:
    """Read a copy in one of the children, or return None where its file cannot be opened; no database is asked."""
    copy = one.copy
    if copy.read_tries > MOST_TRIES:
        return Reading(failure=Failure.UNREADABLE, sentence=GIVEN_UP)
    try:
        with archive().open(copy.file.key) as opened:
            data = opened.read()
        asked = _asked_now(readers, one)
    except (StoreError, OSError):
        logger.exception("The copy %s could not be opened", copy.pk)
        return None
    return readers.read(Job(data, copy.media_type, copy.final_url, asked=asked))


def _asked_now(readers: Readers, one: _Waiting) -> Asked | None:
    """What a copy is compared with, read again where another reader read it: a new reader is no changed page."""
    before, asked = one.before, one.question.asked if one.question else None
    if before is None or asked is None or before.text.reader == READER:
        return asked
    with archive().open(before.file.key) as opened:
        again = readers.read(Job(opened.read(), before.media_type, before.final_url))
    return asked if again.failure else replace(asked, baseline=again.text, baseline_sha256=again.text_sha256)


def _write_text(copy: Capture, reading: Reading, before: Capture | None) -> None:
    simhash = reading.simhash  # none where the text is that of the copy before
    CaptureText.objects.create(
        capture=copy,
        blocks=[list(block) for block in reading.text.blocks],
        text_sha256=reading.text_sha256,
        simhash=before.text.simhash if simhash is None and before is not None else simhash,
        pages=reading.text.pages,
        found=_found(reading.metadata),
        failure=reading.sentence[:300] if reading.failure else "",
        reader=READER,
    )


def _found(said: Metadata) -> dict[str, Any]:
    return {
        "title": said.title,
        "publisher": said.publisher,
        "author": ", ".join(said.authors),
        "dated": said.published,
        "language": said.language,
        "canonical": said.canonical,
        "free": said.free,
    }


def _write_quality(copy: Capture, reading: Reading) -> None:
    judged = quality(_fetched(copy), str(reading.text))
    reasons = list(judged.reasons)
    if reading.failure and (reading.sentence == GIVEN_UP or not _stands_unread(copy, reading)):
        reasons.insert(0, reading.sentence)
    if reading.change and reading.change.level in NOT_THE_PAGE:
        reasons.append(NOT_THE_PAGE[reading.change.level])
    copy.quality = Capture.Quality.NOT_EVIDENCE if reasons else Capture.Quality.EVIDENCE
    copy.quality_reasons = [words[:300] for words in (*reasons, *judged.notes)]
    copy.read_at = database_now()
    copy.save(update_fields=["quality", "quality_reasons", "read_at"])


def _stands_unread(copy: Capture, reading: Reading) -> bool:
    """Images and scanned documents stand for what they show though no text can be read from them."""
    media_type = copy.media_type.lower()
    of_an_image = reading.failure is Failure.UNREADABLE and media_type.startswith("image/")
    return of_an_image or (reading.failure is Failure.PDF_UNPARSED and media_type.startswith("application/pdf"))


def _fetched(copy: Capture) -> Fetched:
    check = copy.check_made
    verdict = check.verdict if check else "OK"
    klass = Klass(check.klass) if check else Klass.ALIVE
    if verdict in TLS_FAULTS and copy.tls_verified is False:
        verdict, klass = "OK", Klass.ALIVE  # what came was looked at when it was kept; only its sender is unproven
    return Fetched(
        verdict=verdict,
        klass=klass,
        status=check.status if check else 200,
        whole=not copy.truncated,
        media_type=copy.media_type,
        tls_verified=copy.tls_verified,
        downgraded=any("http:" in str(hop.get("location") or "")[:5] for hop in (check.hops if check else ())),
    )


def _stand(source: Source, copy: Capture) -> None:
    """Take the first good copy as the one that later ones are compared with."""
    if source.baseline is None:
        source.baseline, source.content_state = copy, ContentState.BASELINE
        source.save(update_fields=["baseline", "content_state"])
