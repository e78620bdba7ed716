"""Tasks. Each is a doorbell: what is due stands in PostgreSQL, and a task that never comes costs a minute."""

from __future__ import annotations

import time

from celery import shared_task
from django.conf import settings

from allegations.actions.links import auditing, claiming, day_faults, digest, reading, sweeping, webcopies

BUDGET_S = 30
SWEEP_S = 140  # a batch begun at the end of the budget, with BATCH_S for asking, is written down before that
KILL_S = 165  # below the lease of a batch, which nobody outlives
ONE_FILE_S = 240  # a large file begun at the end of the budget is read through; below the broker’s visibility timeout


@shared_task(name="links.tick", ignore_result=True)
def tick() -> None:
    """Ring for as many sweeps and readings as there is work for."""
    for _ in range(min(sweeping.batches_due(), settings.LINKS_SWEEPERS)):
        sweep.apply_async(expires=60)
    if reading.is_due():
        read.apply_async(expires=60)


@shared_task(name="links.sweep", ignore_result=True, soft_time_limit=SWEEP_S, time_limit=KILL_S)
def sweep() -> None:
    """Check the sources that are due, then ring for reading what came."""
    if sweeping.drain(until=time.monotonic() + BUDGET_S) and reading.is_due():
        read.apply_async(expires=60)


@shared_task(name="links.read", ignore_result=True)
def read() -> None:
    """Read the copies that nobody has read, and compare each with the one before it."""
    reading.read_due(until=time.monotonic() + BUDGET_S)


@shared_task(name="links.reconcile", ignore_result=True)
def reconcile() -> None:
    """See to it that no host is forgotten."""
    claiming.reconcile()


@shared_task(name="links.copies", ignore_result=True)
def copies() -> None:
    """Ask web archives for copies of links that are lost."""
    webcopies.look_for_due(until=time.monotonic() + BUDGET_S)


@shared_task(name="links.seal", ignore_result=True)
def seal() -> None:
    """Seal the days of the archive that are over, and have them timestamped."""
    auditing.seal_days()


@shared_task(name="links.chain", ignore_result=True)
def check_chain() -> None:
    """Check the chain of the archive’s days, and write down what is wrong."""
    day_faults.check_chain_when_due()


@shared_task(name="links.audit", ignore_result=True, soft_time_limit=ONE_FILE_S, time_limit=ONE_FILE_S + 20)
def audit() -> None:
    """Compute again the digests of archived files."""
    auditing.verify_files(until=time.monotonic() + BUDGET_S)


@shared_task(name="links.digest", ignore_result=True)
def send_digests() -> None:
    """Write to the reviewers for whom something waits, once a day; without a mail server to nobody."""
    if settings.EMAIL_HOST:
        digest.send_due()
