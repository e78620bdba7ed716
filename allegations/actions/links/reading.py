"""Reading copies: their text under limits, what changed since the accepted copy, and whether they stand as evidence."""

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
from allegations.actions.links import quoting, second_looks
from allegations.actions.links.comparing import (
    Outcome,
    Question,
    compared,
    follow,
    is_step,
    question_about,
    text_of,
)
from allegations.actions.links.damage import mark_archived
from allegations.actions.links.standing import GIVEN_UP, judge
from allegations.actions.links.store import archive
from allegations.codes import ContentState
from allegations.links.archive.store import StoreError
from allegations.links.texts import READER, Asked, Change, Failure, Job, Level, Metadata, Readers, Reading
from allegations.models import Capture, CaptureText, Host, Source

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than one reading may take
MOST_TRIES = 3
BATCH = 4  # at the worst, each child reads two documents for as long as it may, within the task’s limit
CHILDREN = 2
AFTER_NOT_OPENED = timedelta(minutes=10)
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
    """Tell whether a copy waits to be read, or a quote to be looked for."""
    return Capture.objects.unread().filter(read_due_at__lte=Now()).exists() or quoting.is_due()


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
        if not _is_over(until):
            quoting.look_for_due(children, partial(_is_over, until))
    return read


def _question(copy: Capture) -> Question:
    look = second_looks.look_of(copy)
    return question_about(copy.source, learns=look is not None and look.pk == copy.source.baseline_id)


def _is_over(until: float | None) -> bool:
    return until is not None and time.monotonic() >= until


def _leave(copies: list[Capture]) -> int:
    """Leave copies to the next task, as if nobody had begun to read them."""
    Capture.objects.filter(pk__in=[copy.pk for copy in copies]).update(
        read_due_at=Now(), read_tries=F("read_tries") - 1
    )
    return 0


def _read_group(copies: list[Capture], children: Readers, threads: ThreadPoolExecutor) -> int:
    waiting = [_Waiting(copy, _question(copy)) for copy in copies]
    outcomes = list(threads.map(partial(_read, children), waiting))
    read = [(one, found) for one, found in zip(waiting, outcomes, strict=True) if found is not None]
    with evidence_change():
        sources = _held([one.copy for one, _ in read])
        for one, found in read:
            if sources[one.copy.source_id].baseline == one.question.baseline:
                _write(one, found, sources[one.copy.source_id])
            else:
                _leave([one.copy])  # somebody accepted another copy meanwhile: it is compared with that one
    _put_off([one.copy for one, found in zip(waiting, outcomes, strict=True) if found is None])
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
    sources = {source.pk: source for source in rows.select_related("host", "baseline")}
    hosts = Host.objects.select_for_update().filter(pk__in={source.host_id for source in sources.values()})
    list(hosts.order_by("pk").values_list("pk"))
    return sources


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A copy to be read, and what is asked of it."""

    copy: Capture
    question: Question


def _claim() -> list[Capture]:
    """Take copies that nobody else is handed before the lease ends, the earliest of each source."""
    with transaction.atomic(), connection.cursor() as cursor:
        values: dict[str, Any] = {"lease": LEASE, "limit": BATCH}
        cursor.execute(CLAIM, values)
        taken = [row[0] for row in cursor.fetchall()]
    rows = Capture.objects.filter(pk__in=taken).select_related("source__baseline__text", "file", "check_made")
    rows = rows.select_related("source__baseline__file", "looks_again_at")
    return list(rows.order_by("pk"))


def _write(one: _Waiting, found: Outcome, source: Source) -> None:
    """Write down one reading, in a savepoint of its own; what cannot be written is read again, some times."""
    try:
        with transaction.atomic():
            _write_down(one, found, source)
    except OperationalError:
        raise
    except Exception:
        logger.exception("What the copy %s says could not be written down", one.copy.pk)


def _write_down(one: _Waiting, found: Outcome, source: Source) -> None:
    copy, question = one.copy, one.question
    _write_text(copy, found.reading, question.baseline)
    judge(copy, found)
    if copy.quality == Capture.Quality.EVIDENCE and source.baseline is None:
        _stand(source, copy)
        second_looks.look_again(source, copy, found.reading)
    follow(source, copy, found, question)
    if (look := second_looks.look_of(copy)) is not None:
        second_looks.write_lesson(look, copy, found.reading, is_baseline=question.asked.learns)
    if _shows_quotes(copy, found):
        quoting.write_quotes(source, copy, question.quoted, found.reading.quotes_absent)
    mark_archived(source)


def _shows_quotes(copy: Capture, found: Outcome) -> bool:
    """Tell whether a quote that is not in this copy is missing: the copy is whole, was read, and is the page."""
    if found.reading.failure or copy.truncated:
        return False
    if found.change is None:
        return copy.quality == Capture.Quality.EVIDENCE
    return found.change.level is not Level.PAYWALLED


def _read(readers: Readers, one: _Waiting) -> Outcome | None:
    """Read a copy in one of the children, or return None where its file cannot be opened; no database is asked."""
    copy, question = one.copy, one.question
    if copy.read_tries > MOST_TRIES:
        reading = Reading(failure=Failure.CRASHED, sentence=GIVEN_UP)
        return Outcome(reading, compared(copy, reading, question))
    try:
        with archive().open(copy.file.key) as opened:
            data = opened.read()
    except (StoreError, OSError):
        logger.exception("The copy %s could not be opened", copy.pk)
        return None
    reading = readers.read(Job(data, copy.media_type, copy.final_url, asked=_asked_now(readers, question)))
    change = compared(copy, reading, question)
    step = _step(readers, reading, question) if is_step(copy, reading, change, question) else None
    return Outcome(reading, change, step)


def _asked_now(readers: Readers, question: Question) -> Asked:
    """What a copy is asked, with the accepted one read again where another reader read it."""
    asked, baseline = question.asked, question.baseline
    if baseline is None or asked.baseline is None or baseline.text.reader == READER:
        return asked
    again = _read_again(readers, baseline)
    return replace(asked, baseline=again.text, baseline_sha256=again.text_sha256) if again else asked


def _read_again(readers: Readers, copy: Capture) -> Reading | None:
    """Read a copy that another reader read: a new reader is no changed page. None where only its text is at hand."""
    try:
        with archive().open(copy.file.key) as opened:
            again = readers.read(Job(opened.read(), copy.media_type, copy.final_url))
    except (StoreError, OSError):
        logger.exception("The copy %s could not be opened to be read again", copy.pk)
        return None
    return None if again.failure else again


def _step(readers: Readers, reading: Reading, question: Question) -> Change | None:
    """Compare a text with the one that was shown last; its quotes are compared with the accepted copy alone."""
    shown = question.shown
    if shown is None:
        return None
    again = _read_again(readers, shown) if shown.text.reader != READER else None
    text = again.text if again else text_of(shown)
    return readers.compare(reading.text, replace(question.asked, baseline=text, baseline_sha256="", quotes=())).change


def _write_text(copy: Capture, reading: Reading, baseline: Capture | None) -> None:
    simhash = reading.simhash
    if simhash is None and reading.change is not None and baseline is not None:  # the text is that of the baseline
        simhash = baseline.text.simhash
    CaptureText.objects.create(
        capture=copy,
        blocks=[list(block) for block in reading.text.blocks],
        text_sha256=reading.text_sha256,
        simhash=simhash,
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


def _stand(source: Source, copy: Capture) -> None:
    """Take the first good copy as the one that later ones are compared with."""
    source.baseline, source.content_state = copy, ContentState.BASELINE
    source.save(update_fields=["baseline", "content_state"])
