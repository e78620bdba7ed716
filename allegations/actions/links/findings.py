"""From what was seen of a source to what is to be written down of it; nothing is written here."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from allegations.actions.links import onward
from allegations.actions.links.ageing import comes_back_in, counted, is_aged
from allegations.actions.links.asking import questions_raised, questions_settled
from allegations.actions.links.claiming import LONE_FROM
from allegations.actions.links.keeping import Kept
from allegations.actions.links.numbers import rules, schedule
from allegations.actions.links.resting import Rest, least, rests
from allegations.actions.links.seeing import OWN_FAULT, Seen, known_of
from allegations.codes import LOST
from allegations.links.archive.holding import after_check
from allegations.links.exchange import Exchange, Failure, Hop
from allegations.links.freeze import Weather, withhold
from allegations.links.judgement import Judgement, Klass
from allegations.links.memory import LinkPast, State, pack
from allegations.links.schedule import Tier, next_check
from allegations.links.states import advance, doubted, learns, transition
from allegations.models import Capture, Host, LinkCheck, LinkEvent, ReviewTask, Source

logger = logging.getLogger(__name__)

AFTER_OWN_FAULT = timedelta(hours=6)
AFTER_LOSS = timedelta(days=1)
LOST_WORKERS = "Our own fault: each time that this link was checked, also by itself, its worker was lost."
AFTER_NOT_KEPT = timedelta(hours=1)
LONGEST_NOT_KEPT = timedelta(days=1)
LONGEST_MOVED_TO = 2000
DOUBTED = "The link was in doubt when it came: nothing told that it is the page that was cited."
TOOL = "CandidateVettingLinkBot/1.0"
WITHHELD = frozenset({State.BLOCKED, State.UNREACHABLE})
SHOWN = frozenset({State.ALIVE, State.MOVED})


@dataclass(slots=True)
class Finding:
    """All that one check leads to: the source's new columns, the check, and what follows from both."""

    source: Source
    columns: dict[str, Any]
    check: LinkCheck
    event: LinkEvent | None = None
    capture: Capture | None = None
    asks: Mapping[str, str] | None = None  # what a person is asked, by kind of task
    answers: tuple[str, ...] = ()  # the kinds of task that the page itself has answered
    rests: dict[int, Rest] = field(default_factory=dict)  # by the number of the host


def finding_of(
    seen: Seen,
    kept: Kept,
    sky: Weather,
    tier: Tier,
    token: uuid.UUID,
    now: datetime,
    limiting: Mapping[str, Host] | None = None,
) -> Finding:
    """Return what is to be written of this source; where that cannot be told, a fault of our own.

    `limiting` are the hosts by key that asked for fewer requests (`resting.limiting_host`).
    """
    try:
        finding = _finding(seen, kept, sky, tier, token, now)
        finding.rests = rests(seen, limiting or {}, now)
        return finding
    except Exception:
        logger.exception("What the check of %s brought could not be followed", seen.source.canonical_url)
        return own_fault(seen.source, token, now)


def own_fault(source: Source, token: uuid.UUID, now: datetime) -> Finding:
    """Return a finding that says nothing of the link and lets go of it until later; its past is not even read."""
    check = LinkCheck(
        source=source,
        lease_token=token,
        checked_at=now,
        verdict=Failure.OWN_FAULT.value,
        klass=Klass.OWN_FAULT.value,
        state=source.state,
        signals=[OWN_FAULT],
        final_url=source.canonical_url,
    )
    memory = source.memory | {"checked_at": now.isoformat(), "reason": OWN_FAULT}
    columns = _columns(source) | {"memory": memory, "last_checked_at": now, "next_check_at": now + AFTER_OWN_FAULT}
    return Finding(source, columns, check, rests={source.host_id: (now + least(source.host), 0)})


def worker_lost(source: Source, token: uuid.UUID, now: datetime) -> Finding:
    """Return a finding for a link that seems to end whoever checks it: it rests for a day, and a person is asked."""
    finding = own_fault(source, token, now)
    finding.check.signals = [LOST_WORKERS]
    finding.columns["memory"]["reason"] = LOST_WORKERS
    finding.columns |= {"next_check_at": now + AFTER_LOSS, "claim_count": LONE_FROM}
    finding.asks = {ReviewTask.Kind.OTHER.value: LOST_WORKERS}
    return finding


def _finding(seen: Seen, kept: Kept, sky: Weather, tier: Tier, token: uuid.UUID, now: datetime) -> Finding:
    source, exchange = seen.source, seen.exchange
    judgement = withhold(seen.judgement, source.host.key, source.canonical_url, sky)
    before = replace(source.past, url=source.canonical_url)
    after = advance(before, judgement, now, rules())
    if seen.is_second_look:
        after = replace(after, pace=before.pace)
    check = _check(seen, judgement, kept, after.state.value, token, now)
    finding = Finding(source, _followed(seen, judgement, kept, after, tier, now), check)
    if kept.faults.get(source.pk):
        _ask_again(finding, now)
    if exchange.failure is Failure.DEFERRED:
        _put_off(finding, exchange, now)
    finding.columns["memory"]["next"] = finding.columns["next_check_at"].isoformat()
    if moved := transition(before, after):
        left, reached, words = moved
        finding.event = LinkEvent(source=source, left=left, reached=reached, reason=words[:500], at=now)
    finding.capture = _capture(seen, kept, now, doubted=doubted(after, judgement, rules()))
    elsewhere = finding.columns["moved_to"] != source.moved_to
    finding.asks = questions_raised(judgement, before, after, elsewhere=elsewhere)
    finding.answers = questions_settled(before, after)
    return finding


def _put_off(finding: Finding, exchange: Exchange, now: datetime) -> None:
    """Count how often a busy host was in the way; a link that has waited long comes back as soon as that is free."""
    columns = finding.columns
    columns["memory"] |= counted(finding.source.memory, exchange)
    if exchange.busy and is_aged(columns["memory"]):
        columns["next_check_at"] = now + comes_back_in(exchange)


def _ask_again(finding: Finding, now: datetime) -> None:
    """Ask again soon for an answer that could not be kept, then less and less soon, and without validators."""
    source, times = finding.source, finding.source.memory.get("not_kept", 0)
    again = min(AFTER_NOT_KEPT * 2 ** min(times, 10), LONGEST_NOT_KEPT)
    finding.columns |= {
        "next_check_at": min(finding.columns["next_check_at"], now + again),
        "memory": finding.columns["memory"] | {"not_kept": times + 1, "copy_url": source.memory.get("copy_url")},
        "etag": source.etag,
        "last_modified": source.last_modified,
    }


def _columns(source: Source) -> dict[str, Any]:
    """The columns that a check may change, as they are, with the lease ended."""
    return {
        "state": source.state,
        "memory": source.memory,
        "etag": source.etag,
        "last_modified": source.last_modified,
        "last_checked_at": source.last_checked_at,
        "last_alive_at": source.last_alive_at,
        "next_check_at": source.next_check_at,
        "moved_to": source.moved_to,
        "tier": source.tier,
        "copies_due_at": source.copies_due_at,
        "claim_count": 0,
    }


def _followed(
    seen: Seen, judgement: Judgement, kept: Kept, past: LinkPast, tier: Tier, now: datetime
) -> dict[str, Any]:
    source, exchange = seen.source, seen.exchange
    etag, last_modified, copy_url = _validators(source, exchange, judgement, past)
    return _columns(source) | {
        "state": past.state.value,
        "memory": pack(past)
        | _remembered(source, exchange, judgement, past)
        | _archived(source, kept, doubted=doubted(past, judgement, rules()))
        | onward.remembered(source, exchange, seen.besides)
        | {"copy_url": copy_url},
        "etag": etag[:300],
        "last_modified": last_modified[:100],
        "last_checked_at": now,
        "last_alive_at": past.last_ok_at,
        "next_check_at": next_check(past, judgement, tier, now, schedule()),
        "moved_to": _moved_to(source, exchange, judgement),
        "tier": tier.value,
        "copies_due_at": _copies_due(source, past.state, now),
    }


def _copies_due(source: Source, reached: State, now: datetime) -> datetime | None:
    """When web archives are asked: at once where a link is lost, or withheld before we ever had the page."""
    unseen = source.baseline_id is None and not source.archived
    if (reached.value in LOST and source.state not in LOST) or (
        reached in WITHHELD and unseen and reached != source.state
    ):
        return now
    return None if source.state in WITHHELD and reached in SHOWN else source.copies_due_at


def _validators(
    source: Source, exchange: Exchange, judgement: Judgement, past: LinkPast
) -> tuple[str, str, str | None]:
    """The validators of the copy that we hold, and where it came from; a “not modified” may renew them."""
    headers, copy_url = exchange.headers, source.memory.get("copy_url")
    if exchange.status == HTTPStatus.OK and (learns(past, judgement, rules()) or judgement.changed is False):
        return headers.get("etag", ""), headers.get("last-modified", ""), exchange.final_url
    if judgement.verdict == "OK_NOT_MODIFIED":
        return headers.get("etag", source.etag), headers.get("last-modified", source.last_modified), copy_url
    return source.etag, source.last_modified, copy_url


def _remembered(source: Source, exchange: Exchange, judgement: Judgement, past: LinkPast) -> dict[str, Any]:
    """What later judgements compare with: what is known of the last answer that showed the page."""
    known = judgement.known(exchange) if learns(past, judgement, rules()) else known_of(source)
    return known.as_memory()


def _archived(source: Source, kept: Kept, *, doubted: bool) -> dict[str, Any]:
    """What the archive holds of it last."""
    file = kept.payloads.get(source.pk)
    copy = (file.sha256, file.key) if file else None
    return after_check(source.memory, kept.earlier.get(source.pk), copy, doubted=doubted)


def _moved_to(source: Source, exchange: Exchange, judgement: Judgement) -> str:
    if judgement.verdict in ("MOVED_PERM", "MOVED_OFFSITE"):
        return exchange.final_url if len(exchange.final_url) <= LONGEST_MOVED_TO else ""
    return "" if judgement.verdict == "OK" else source.moved_to


def _check(seen: Seen, judgement: Judgement, kept: Kept, state: str, token: uuid.UUID, now: datetime) -> LinkCheck:
    source, exchange = seen.source, seen.exchange
    position = kept.positions.get(source.pk)
    return LinkCheck(
        source=source,
        lease_token=token,
        checked_at=now,
        verdict=judgement.verdict,
        klass=judgement.klass.value,
        state=state,
        signals=[signal[:300] for signal in judgement.signals],
        status=exchange.status,
        final_url=exchange.final_url[:2000],
        address=exchange.hops[-1].address if exchange.hops else None,
        hops=[_hop(hop) for hop in exchange.hops],
        certificate=vars(exchange.certificate) if exchange.certificate else None,
        payload_sha256=exchange.payload_sha256 or "",
        bytes_read=exchange.wire_bytes,
        bytes_decoded=exchange.decoded_bytes,
        truncated=exchange.truncated is not None,
        tls_verified=exchange.tls_verified,
        duration_ms=round(exchange.timings.total_ms),
        timings={name: round(ms, 1) for name, ms in vars(exchange.timings).items() if ms is not None},
        warc=kept.warc if position else None,
        warc_offset=position[0] if position else None,
        warc_length=position[1] if position else None,
        not_kept=kept.faults.get(source.pk, "")[:300],
    )


def _hop(hop: Hop) -> dict[str, Any]:
    return {"url": hop.url, "status": hop.status, "location": hop.location, "address": hop.address}


def _capture(seen: Seen, kept: Kept, now: datetime, *, doubted: bool) -> Capture | None:
    """Return the copy of an answer that brought something new; what it is worth is told when it is read.

    What came while the link was in doubt is kept for people to look at, and is no evidence by itself.
    """
    source, exchange = seen.source, seen.exchange
    file = kept.payloads.get(source.pk)
    if file is None:
        return None
    return Capture(
        source=source,
        captured_at=now,
        final_url=exchange.final_url[:2000],
        file=file,
        sha256=file.sha256,
        media_type=exchange.headers.get("content-type", "")[:200],
        size=file.size,
        truncated=exchange.truncated is not None,
        tls_verified=exchange.tls_verified,
        tool=TOOL,
        quality_reasons=[DOUBTED] if doubted else [],
        read_due_at=now,
    )
