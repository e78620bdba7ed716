"""Claiming: which sources are due, handed to one worker each by the database's clock."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from allegations.actions.links.running_ahead import bring_back
from allegations.codes import LinkState
from allegations.models import SecondLook, Source
from allegations.models.source import UNCHECKED
from allegations.workflow import StepRefused

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)  # longer than any batch may run, so that a lost worker's sources are due again
BATCH = 64
LONE_FROM = 2  # a link that was handed out so often and never written down is checked by itself
MOST_CLAIMS = 5  # and then, if its workers are lost all the same, not at all for a while

# One due source of each due host, the host that waited longest first. Both rows are locked, and those that another
# worker holds are passed over; the host is kept until its check is written down, so nobody asks it twice at once. A
# host that only seems due is put where its earliest link is.
CLAIM = """
WITH free AS (
    SELECT h.id, h.not_before FROM allegations_host h WHERE h.due_at <= statement_timestamp()
    ORDER BY h.due_at, h.id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), chosen AS (
    SELECT due.id, free.id AS host_id, free.not_before FROM free LEFT JOIN LATERAL (
        SELECT s.id FROM allegations_source s
        WHERE s.host_id = free.id AND s.next_check_at <= statement_timestamp() AND s.state <> 'retired'
            AND s.claim_count < %(lone_from)s AND free.not_before <= statement_timestamp()
        ORDER BY s.next_check_at, s.id LIMIT 1 FOR UPDATE SKIP LOCKED) due ON true
), kept AS (
    UPDATE allegations_host h SET due_at = CASE
        WHEN chosen.id IS NOT NULL THEN statement_timestamp() + %(lease)s
        ELSE GREATEST(chosen.not_before, COALESCE((
            SELECT min(s.next_check_at) FROM allegations_source s
            WHERE s.host_id = h.id AND s.state <> 'retired' AND s.claim_count < %(lone_from)s
        ), '9999-01-01')) END
    FROM chosen WHERE h.id = chosen.host_id
)
UPDATE allegations_source s
SET lease_token = %(token)s, claim_count = s.claim_count + 1,
    lease_until = statement_timestamp() + %(lease)s, next_check_at = statement_timestamp() + %(lease)s
FROM chosen WHERE s.id = chosen.id RETURNING s.id
"""
# One due link that may have ended whoever checked it, if nobody is asking its host.
CLAIM_LONE = """
WITH lone AS (
    SELECT s.id, h.id AS host_id FROM allegations_source s JOIN allegations_host h ON h.id = s.host_id
    WHERE s.claim_count >= %(lone_from)s AND s.next_check_at <= statement_timestamp() AND s.state <> 'retired'
        AND h.not_before <= statement_timestamp() AND NOT EXISTS (
            SELECT 1 FROM allegations_source o WHERE o.host_id = h.id AND o.lease_until > statement_timestamp())
    ORDER BY s.next_check_at, s.id LIMIT 1 FOR UPDATE SKIP LOCKED
), kept AS (
    UPDATE allegations_host h SET due_at = statement_timestamp() + %(lease)s FROM lone WHERE h.id = lone.host_id
)
UPDATE allegations_source s
SET lease_token = %(token)s, claim_count = LEAST(s.claim_count + 1, 1000),
    lease_until = statement_timestamp() + %(lease)s, next_check_at = statement_timestamp() + %(lease)s
FROM lone WHERE s.id = lone.id RETURNING s.id
"""
# Nothing was asked: the link is let go of, and no loss is counted. `busy` is the host that was in the way, if any.
GIVE_BACK = """
UPDATE allegations_source SET lease_token = NULL, lease_until = NULL, claim_count = 0,
    next_check_at = statement_timestamp() + %(wait)s,
    memory = CASE WHEN %(busy)s = '' THEN memory ELSE memory || jsonb_build_object(
        'put_off', COALESCE((memory ->> 'put_off')::int, 0) + 1, 'behind', %(busy)s::text) END
WHERE id = %(pk)s AND lease_token = %(token)s
"""
# A host's next turn: when its earliest link is due, but not before its rest is over. What it has asked for meanwhile,
# of somebody whom a redirect led there, is not undercut.
REST = """
UPDATE allegations_host h SET not_before = GREATEST(h.not_before, rest.until),
    penalty_level = CASE WHEN h.not_before > rest.until THEN h.penalty_level ELSE rest.level END,
    due_at = GREATEST(h.not_before, rest.until, COALESCE(
    (SELECT min(s.next_check_at) FROM allegations_source s WHERE s.host_id = h.id AND s.state <> 'retired'),
    '9999-01-01'))
FROM (VALUES %s) AS rest (id, until, level) WHERE h.id = rest.id
"""


# What should never be needed: a host whose turn was set too late, by whatever hand, gets the turn of its earliest link.
RECONCILE = """
UPDATE allegations_host h SET due_at = GREATEST(h.not_before, s.earliest)
FROM (
    SELECT host_id, min(next_check_at) FILTER (WHERE claim_count < %(lone_from)s) AS earliest,
        bool_or(lease_until > statement_timestamp()) AS held
    FROM allegations_source WHERE state <> 'retired' GROUP BY host_id) s
WHERE s.host_id = h.id AND s.held IS NOT TRUE AND s.earliest IS NOT NULL
    AND h.due_at > GREATEST(h.not_before, s.earliest)
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """Sources handed to one worker until the lease ends; nobody else is handed them before."""

    token: uuid.UUID
    sources: tuple[Source, ...]


def claim_due(*, limit: int = BATCH) -> Claim:
    """Take up to `limit` due sources, one of each host, by the database's clock."""
    return _claim(CLAIM, limit=limit)


def claim_lone() -> Claim:
    """Take one due source that was handed out `LONE_FROM` times and never written down: it is to be checked alone."""
    return _claim(CLAIM_LONE)


def is_lone_due() -> bool:
    """Tell whether a source waits that is to be checked alone."""
    return Source.objects.due().filter(claim_count__gte=LONE_FROM).exists()


def _claim(statement: str, **values: Any) -> Claim:
    token = uuid.uuid4()
    values |= {"lease": LEASE, "token": token, "lone_from": LONE_FROM}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        taken = [row[0] for row in cursor.fetchall()]
    found = Source.objects.filter(pk__in=taken).select_related("host")
    return Claim(token, tuple(found))


def reconcile() -> int:
    """Give their turn to hosts that would be asked too late; return how many those were."""
    with transaction.atomic(), connection.cursor() as cursor:
        bring_back(cursor)
        cursor.execute(RECONCILE, {"lone_from": LONE_FROM})
        found: int = cursor.rowcount
    if found:
        logger.error("%d hosts would have been asked too late", found)
    return found


def give_back(
    claim: Claim, waits_s: Mapping[uuid.UUID, float], busy: Mapping[uuid.UUID, str] = MappingProxyType({})
) -> None:
    """Let go of sources that were not asked, due again after these seconds; no check is written down of them.

    `busy` names the host that was in the way of a source, which is counted (`ageing`).
    """
    with connection.cursor() as cursor:
        for pk, wait_s in waits_s.items():
            values: dict[str, Any] = {"pk": pk, "token": claim.token, "busy": busy.get(pk, "")}
            cursor.execute(GIVE_BACK, values | {"wait": timedelta(seconds=wait_s)})


def check_now(source: Source, *, by: User) -> None:
    """Make a source due at once; a worker takes it with its next sweep. Raises StepRefused."""
    if source.state == LinkState.RETIRED:
        raise StepRefused("This source is retired: its link is not checked any more.")
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=Now())
    if not Source.objects.filter(free, pk=source.pk).update(next_check_at=Now()):
        raise StepRefused("This source is being checked at this moment.")
    SecondLook.objects.ask_anyway(source)


assert UNCHECKED == (LinkState.RETIRED,)  # the SQL above says so too
