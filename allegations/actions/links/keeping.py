"""Keeping what came: the answers of a batch as one WARC file, and each new body as a file of its own.

Both are in the store before the database hears of them. What a lost worker leaves there belongs to nothing and
takes nothing away; what could not be stored is said of the check, and asked for again. Where an audit found a kept file
damaged or missing, the page that lives is kept once more, as a file of its own (`holding`).
"""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.conf import settings

from allegations.actions.links.seeing import Seen, in_doubt
from allegations.actions.links.store import archive, require_filled
from allegations.links.archive import holding, layout
from allegations.links.archive.gate import shown
from allegations.links.archive.records import Batch, Earlier, Entry
from allegations.links.archive.records import Kept as Stretch
from allegations.links.archive.store import OtherBytes, StoreError
from allegations.models import StoredFile

logger = logging.getLogger(__name__)

READER = "election-vetting links 1"
IN_MEMORY = 8_000_000
MOST_DAMAGED = 4  # files of the same bytes in a row that may turn out damaged while they are written


@dataclass(slots=True)
class Kept:
    """Where the answers of a batch stand, by source; `faults` says in words what could not be kept.

    `suspected` are the names of files that do not hold what their names say.
    """

    warc: StoredFile | None = None
    positions: dict[UUID, tuple[int, int]] = field(default_factory=dict)
    payloads: dict[UUID, StoredFile] = field(default_factory=dict)
    faults: dict[UUID, str] = field(default_factory=dict)
    earlier: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    suspected: set[str] = field(default_factory=set)


def keep(batch: Sequence[Seen], *, filled: bool = False) -> Kept:
    """Put what a batch brought into the store; never raise for what the store refuses.

    `filled` tells that files were put into it before, so that it is not to be found empty.
    """
    kept = Kept()
    asked = [one for one in batch if one.exchange.hops and not one.put_off]
    if not asked:
        return kept
    with ExitStack() as drafts:
        try:
            new = [one for one in asked if _is_new(one)]
            files = _answers(asked, new, kept, drafts) | _payloads(new, kept, drafts)
            require_filled(filled=filled)
            refused = _put(files, kept)
        except (StoreError, OSError) as error:
            logger.exception("The answers of %d checks could not be kept", len(asked))
            refused = dict.fromkeys(_names(kept), StoreError(str(error)))
    return _without(refused, kept, asked)


def _put(files: Mapping[str, BinaryIO], kept: Kept) -> dict[str, StoreError]:
    """Put files into the store and return what was refused.

    Other bytes under the name of a body are a damaged file, though nobody may have looked at it yet: the sound body
    takes the next name.
    """
    refused = archive().put_all(files)
    for _ in range(MOST_DAMAGED):
        taken = {key: _next(key) for key, why in refused.items() if isinstance(why, OtherBytes) and _is_body(key)}
        if not taken:
            break
        kept.suspected |= taken.keys()
        for file in kept.payloads.values():
            file.key = taken.get(file.key, file.key)
        files = {taken[key]: files[key] for key in taken}
        refused = {key: why for key, why in refused.items() if key not in taken} | archive().put_all(files)
    return refused


def _is_body(key: str) -> bool:
    return bool(layout.payload_sha256(key))


def _next(key: str) -> str:
    return layout.payload_key(layout.payload_sha256(key), layout.payload_number(key) + 1)


def register(kept: Kept, now: datetime) -> None:
    """Write down the files of the store that are new, inside the transaction that writes down their checks.

    Files that seem damaged are looked at before all others.
    """
    if kept.suspected:
        StoredFile.objects.filter(key__in=kept.suspected, fault="").update(verified_at=None)
    files = [file for file in (kept.warc, *kept.payloads.values()) if file is not None]
    for file in files:
        file.stored_at = now
    StoredFile.objects.bulk_create(files, ignore_conflicts=True)
    known = {file.key: file.pk for file in StoredFile.objects.filter(key__in=[file.key for file in files])}
    for file in files:
        file.pk = known[file.key]


def _names(kept: Kept) -> list[str]:
    return [file.key for file in (kept.warc, *kept.payloads.values()) if file is not None]


def _without(refused: Mapping[str, StoreError], kept: Kept, asked: Sequence[Seen]) -> Kept:
    """Take out what the store refused, and say so of the checks that it belongs to."""
    for error in refused.values():
        logger.error("The archive refused a file: %s", error)
    if kept.warc is None or kept.warc.key in refused:
        words = refused[kept.warc.key] if kept.warc else "its file could not be written."
        return Kept(faults={one.source.pk: f"The answer could not be archived: {words}" for one in asked})
    for pk, file in list(kept.payloads.items()):
        if file.key in refused:
            kept.faults[pk] = f"The copy could not be archived: {refused[file.key]}"
            del kept.payloads[pk]
    return kept


def _answers(asked: Sequence[Seen], new: Sequence[Seen], kept: Kept, drafts: ExitStack) -> dict[str, BinaryIO]:
    """Every answer; one whose body is kept anew is whole, so that the copy needs no other record beside its own."""
    copied = {one.source.pk for one in new}
    begun_at = time.time()
    out = drafts.enter_context(_draft())
    batch = Batch(out, {"software": READER, "operator": settings.LINKS_CONTACT}, begun_at)
    for one in asked:
        earlier = None if one.source.pk in copied else one.source.memory.get("kept")
        _place(one, batch.add(_entry(one, begun_at, earlier)), earlier, kept)
    file = batch.end()
    key = layout.warc_key(datetime.fromtimestamp(begun_at, UTC).date(), file.sha256, file.records)
    kept.warc = StoredFile(key=key, kind=StoredFile.Kind.WARC, sha256=file.sha256, size=file.size, records=file.records)
    return {key: out}


def _entry(one: Seen, begun_at: float, earlier: Mapping[str, Any] | None) -> Entry:
    return Entry(
        exchange=one.exchange,
        checked_at=begun_at,
        verdict=one.judgement.verdict,
        signals=one.judgement.signals,
        reader=READER,
        earlier=Earlier(**earlier) if earlier else None,
    )


def _place(one: Seen, stretch: Stretch, earlier: Mapping[str, Any] | None, kept: Kept) -> None:
    kept.positions[one.source.pk] = (stretch.offset, stretch.length)
    exchange = one.exchange
    known = (earlier or {}).get("wire_sha256")
    if stretch.answer and exchange.payload and not exchange.truncated and exchange.wire_sha256 not in (None, known):
        kept.earlier[one.source.pk] = {
            "url": exchange.final_url,
            "taken_at": exchange.hops[-1].asked_at,
            "wire_sha256": exchange.wire_sha256,
            "record_id": stretch.answer.record_id,
        }


def _is_new(one: Seen) -> bool:
    """Tell whether an answer that shows the page brought a body that we hold no sound copy of.

    Behind a certificate that cannot be verified, it is the answer itself that must show the page.
    """
    exchange = one.exchange
    if exchange.payload is None or exchange.payload_sha256 is None or exchange.status != HTTPStatus.OK:
        return False
    held = holding.is_held(one.source.memory, exchange.payload_sha256, in_doubt=in_doubt(one.source))
    return not held and shown(exchange, one.judgement).shows_page


def _payloads(new: Sequence[Seen], kept: Kept, drafts: ExitStack) -> dict[str, BinaryIO]:
    """The bodies that are new, each once, decoded."""
    files: dict[str, BinaryIO] = {}
    for one in new:
        exchange = one.exchange
        assert exchange.payload is not None
        assert exchange.payload_sha256 is not None
        key = layout.payload_key(exchange.payload_sha256, holding.number_of(one.source.memory, exchange.payload_sha256))
        if key not in files:
            files[key] = drafts.enter_context(_draft())
            files[key].writelines(exchange.payload.decoded())
        kept.payloads[one.source.pk] = StoredFile(
            key=key, kind=StoredFile.Kind.PAYLOAD, sha256=exchange.payload_sha256, size=files[key].tell()
        )
    return files


def _draft() -> BinaryIO:
    return cast(BinaryIO, tempfile.SpooledTemporaryFile(IN_MEMORY))
