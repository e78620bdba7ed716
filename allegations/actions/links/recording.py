"""Writing down what a batch found, in one transaction: all of it at once, or each apart where one cannot be written."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import Error, OperationalError, connection, transaction
from psycopg2.extras import Json, execute_values

from allegations.actions.evidence import evidence_change
from allegations.actions.links import second_looks
from allegations.actions.links.claiming import REST, Claim, give_back
from allegations.actions.links.findings import Finding, finding_of, own_fault, worker_lost
from allegations.actions.links.keeping import Kept, register
from allegations.actions.links.people import answered, ask
from allegations.actions.links.resting import Rest, limiting_host
from allegations.actions.links.seeing import Seen
from allegations.actions.links.tiers import tiers_of
from allegations.actions.links.windows import database_now, sky_over
from allegations.models import Capture, Host, LinkCheck, LinkEvent, Source

logger = logging.getLogger(__name__)

TYPES = {
    "state": "text",
    "memory": "jsonb",
    "etag": "text",
    "last_modified": "text",
    "last_checked_at": "timestamptz",
    "last_alive_at": "timestamptz",
    "next_check_at": "timestamptz",
    "moved_to": "text",
    "tier": "text",
    "copies_due_at": "timestamptz",
    "claim_count": "smallint",
}
FOLLOW = (
    f"UPDATE allegations_source s SET {', '.join(f'{name} = f.{name}' for name in TYPES)}, "  # noqa: S608 (our own names)
    f"lease_token = NULL, lease_until = NULL FROM (VALUES %s) AS f (id, {', '.join(TYPES)}) WHERE s.id = f.id"
)
ROW = f"(%s::uuid, {', '.join(f'%s::{kind}' for kind in TYPES.values())})"


def record(claim: Claim, seen: Sequence[Seen], kept: Kept) -> int:
    """Write down what a batch found and let each link's state follow; return how many checks that were.

    A source whose lease has passed to somebody else is left to them, and one that was put off is due again when its
    host is free. Where a finding cannot be written down, a fault of our own is written for that source alone.
    """
    put_off = [one for one in seen if one.put_off]
    busy = {one.source.pk: one.exchange.busy for one in put_off if one.exchange.busy}
    give_back(claim, {one.source.pk: one.exchange.wait_s for one in put_off}, busy)
    if put_off:
        second_looks.call_off({one.source.pk: one.exchange.sentence or "" for one in put_off})
    looked_at = {one.source.pk: one for one in seen if not one.put_off}
    with evidence_change():
        now = database_now()
        held = _held(claim, looked_at)
        register(kept, now)
        sky = sky_over([one.observation for one in held], now)
        tiers = tiers_of([one.source.pk for one in held], now.date())
        limiting = _limiting(held)
        looks = second_looks.waiting_for([one.source.pk for one in held])
        for one in held:
            one.is_second_look = one.source.pk in looks
        findings = [finding_of(one, kept, sky, tiers[one.source.pk], claim.token, now, limiting) for one in held]
        _write(findings, claim.token, now)
        second_looks.follow(looks, claim.token, now)
    return len(findings)


def record_loss(claim: Claim) -> None:
    """Write down of each link of a claim that it seems to end whoever checks it; nobody has asked for it this time."""
    with evidence_change():
        now = database_now()
        rows = Source.objects.select_for_update(of=("self",)).select_related("host").filter(lease_token=claim.token)
        for source in rows.order_by("pk"):
            logger.error("Each worker that checked %s was lost", source.canonical_url)
            _write_all([worker_lost(source, claim.token, now)])


def _limiting(held: Sequence[Seen]) -> dict[str, Host]:
    """The hosts that asked for fewer requests, by key; one that was only met on the way is known from now on."""
    keys = {key for one in held if (key := limiting_host(one))}
    known = {one.source.host.key: one.source.host for one in held if one.source.host.key in keys}
    missing = [Host(key=key) for key in sorted(keys - known.keys())]
    if missing:
        Host.objects.bulk_create(missing, ignore_conflicts=True)
        known |= {host.key: host for host in Host.objects.filter(key__in=[host.key for host in missing])}
    return known


def _held(claim: Claim, looked_at: dict[uuid.UUID, Seen]) -> list[Seen]:
    """Those that are still ours, locked, each with its source as the database has it now."""
    rows = Source.objects.select_for_update(of=("self",)).select_related("host")
    held = []
    for source in rows.filter(pk__in=looked_at, lease_token=claim.token).order_by("pk"):
        looked_at[source.pk].source = source
        held.append(looked_at[source.pk])
    return held


def _write(findings: list[Finding], token: uuid.UUID, now: datetime) -> None:
    try:
        with transaction.atomic():
            _write_all(findings)
    except OperationalError:  # the connection, not a finding: nothing of the batch stands
        raise
    except (Error, ValueError, TypeError, OverflowError):
        logger.warning("A batch of %d checks could not be written at once; each is written apart", len(findings))
        for finding in findings:
            _write_apart(finding, token, now)


def _write_apart(finding: Finding, token: uuid.UUID, now: datetime) -> None:
    try:
        with transaction.atomic():
            _write_all([finding])
    except OperationalError:
        raise
    except Exception:
        logger.exception("The check of %s could not be written down", finding.source.canonical_url)
        _write_all([own_fault(Source.objects.select_related("host").get(pk=finding.source.pk), token, now)])


def _write_all(findings: Sequence[Finding]) -> None:
    LinkCheck.objects.bulk_create([_unsaved(finding.check) for finding in findings])
    for finding in findings:
        if finding.event:
            finding.event.check_made, finding.event.pk = finding.check, None
        if finding.capture:
            finding.capture.check_made, finding.capture.pk = finding.check, None
    LinkEvent.objects.bulk_create([finding.event for finding in findings if finding.event])
    Capture.objects.bulk_create([finding.capture for finding in findings if finding.capture])
    _update(FOLLOW, [_source_row(finding) for finding in findings], ROW)
    rests = _rests(findings)
    hosts = Host.objects.select_for_update().filter(pk__in=rests)
    list(hosts.order_by("pk").values_list("pk"))  # held first, so that the next statement sees every link they have
    _update(REST, [(pk, *rest) for pk, rest in rests.items()], "(%s::bigint, %s::timestamptz, %s::smallint)")
    for finding in findings:
        if finding.answers:
            answered(finding.source, finding.answers)
    ask((finding.source, kind, reason) for finding in findings for kind, reason in (finding.asks or {}).items())


def _unsaved(check: LinkCheck) -> LinkCheck:
    """Return the check as one that was never written: its number from a transaction that failed is no number."""
    check.pk = None
    check._state.adding = True
    return check


def _source_row(finding: Finding) -> tuple[Any, ...]:
    values = (Json(value) if name == "memory" else value for name, value in finding.columns.items())
    return (finding.source.pk, *values)


def _rests(findings: Sequence[Finding]) -> dict[int, Rest]:
    """The rest of each host: the longest, where several findings speak of it."""
    rests: dict[int, Rest] = {}
    for finding in findings:
        for pk, rest in finding.rests.items():
            rests[pk] = max(rests.get(pk, rest), rest)
    return rests


def _update(statement: str, rows: Iterable[tuple[Any, ...]], row: str) -> None:
    values = list(rows)
    if values:
        with connection.cursor() as cursor:
            execute_values(cursor.cursor, statement, values, template=row, page_size=len(values))
