"""A sweep: batches of due links on their way at the same time, each asked, judged and kept, then written down."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.db import OperationalError, close_old_connections
from django.db.models.functions import Now

from allegations.actions.links import canaries, door, second_looks
from allegations.actions.links.ageing import tickets
from allegations.actions.links.claiming import (
    BATCH,
    MOST_CLAIMS,
    Claim,
    claim_due,
    claim_lone,
    give_back,
    is_lone_due,
)
from allegations.actions.links.keeping import Kept, keep
from allegations.actions.links.onward import likely_hosts
from allegations.actions.links.recording import record, record_loss
from allegations.actions.links.seeing import Seen, look
from allegations.actions.links.store import was_filled
from allegations.links.beside import Fetch
from allegations.links.exchange import Exchange
from allegations.links.journey import Job
from allegations.models import Host

logger = logging.getLogger(__name__)

IN_FLIGHT = 4  # batches of one sweep; each waits for its slowest page
ALONE = 8  # links that may be to blame for lost workers, of one sweep


class Visit(Protocol):
    """One batch’s way outside; only `fetch` may be called by another thread."""

    def fetch(self, jobs: Sequence[Job]) -> list[Exchange]:
        """Ask for every job."""

    def remember(self) -> None:
        """Write down what was learnt of the hosts on the way."""


def drain(*, fetch: Fetch | None = None, until: float | None = None) -> int:
    """Check due sources, some batches at a time, until none is left or `until` (monotonic seconds) is past.

    Only this thread speaks to the database: it claims and writes down, while others ask, judge and keep. Returns how
    many checks were written down. `fetch` takes the place of the door. Links that may be to blame for lost workers come
    first, each alone, so that none but its own check is lost with it.
    """
    if not canaries.is_clear():
        return 0
    second_looks.call_off_late()
    visit: Callable[[Claim], Visit] = _door if fetch is None else lambda _claim: _Plain(fetch)
    checked, flying = _alone(visit, until), _Flying(visit)
    lost: OperationalError | None = None
    while flying.take_off(until if lost is None else 0.0):
        for batch in flying.landed():
            try:
                checked += batch.record()
            except OperationalError as error:  # the others are written down all the same
                logger.exception("A batch of %d checks could not be written down", len(batch.claim.sources))
                lost = error
    flying.close()
    if lost is not None:
        raise lost
    return checked


def _door(claim: Claim) -> Visit:
    hosts = {source.host.key for source in claim.sources}
    return door.Visit(hosts, tickets(claim.sources), likely_hosts(claim.sources))


def _alone(visit: Callable[[Claim], Visit], until: float | None) -> int:
    """Check links that may be to blame for lost workers, one after the other, with nothing else under way."""
    checked = 0
    for _ in range(ALONE):
        if until is not None and time.monotonic() >= until:
            break
        claim = claim_lone()
        if not claim.sources:
            break
        if claim.sources[0].claim_count > MOST_CLAIMS:
            record_loss(claim)
            continue
        flying = _Flying(visit)
        flying.send(claim)
        checked += sum(batch.record() for batch in flying.landed())
        flying.close()
    return checked


@dataclass(frozen=True, slots=True)
class _Plain:
    """A visit that learns nothing on its way."""

    fetch: Fetch

    def remember(self) -> None:
        """Do nothing."""


@dataclass(slots=True)
class _Batch:
    """The sources of one claim on their way."""

    claim: Claim
    visit: Visit
    future: Future[tuple[list[Seen], Kept]]

    def record(self) -> int:
        """Write down what came. Where another thread failed, the leases end by themselves."""
        if error := self.future.exception():
            logger.error("A batch of %d checks failed", len(self.claim.sources), exc_info=error)
            return 0
        seen, kept = self.future.result()
        try:
            return self._record(seen, kept)
        except OperationalError:  # a deadlock or a lost connection: once more, for the pages have been asked
            logger.warning("A batch of %d checks is written down once more", len(seen), exc_info=True)
            close_old_connections()
            return self._record(seen, kept)
        finally:
            for one in seen:
                one.close()

    def _record(self, seen: list[Seen], kept: Kept) -> int:
        if not canaries.is_clear():  # nobody knows who has answered
            give_back(self.claim, dict.fromkeys((source.pk for source in self.claim.sources), canaries.AGAIN_IN_S))
            return 0
        self.visit.remember()
        return record(self.claim, seen, kept)


class _Flying:
    """The batches of one sweep that are on their way."""

    def __init__(self, visit: Callable[[Claim], Visit]) -> None:
        self._visit, self._filled = visit, was_filled()
        self._pool = ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="links")
        self._batches: dict[Future[tuple[list[Seen], Kept]], _Batch] = {}

    def take_off(self, until: float | None) -> bool:
        """Send batches while there is room, time and something due; tell whether any is on its way."""
        while len(self._batches) < IN_FLIGHT and (until is None or time.monotonic() < until):
            claim = claim_due()
            if not claim.sources:
                break
            self.send(claim)
        return bool(self._batches)

    def send(self, claim: Claim) -> None:
        """Send one batch on its way."""
        visit = self._visit(claim)
        future = self._pool.submit(_checked, claim, visit, self._filled)
        self._batches[future] = _Batch(claim, visit, future)

    def landed(self) -> list[_Batch]:
        """Wait for the next batches to come back."""
        came, _ = wait(self._batches, return_when=FIRST_COMPLETED)
        return [self._batches.pop(future) for future in came]

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()


def _checked(claim: Claim, visit: Visit, filled: bool) -> tuple[list[Seen], Kept]:
    """Ask, judge and keep, in a thread that has no database."""
    seen = look(claim, visit.fetch)
    return seen, keep(seen, filled=filled)


def batches_due() -> int:
    """How many batches the due links fill, one link of each host; links to be checked alone fill one."""
    hosts = Host.objects.filter(due_at__lte=Now())[: BATCH * settings.LINKS_SWEEPERS].count()
    return -(-hosts // BATCH) or int(is_lone_due())
