"""Tasks. Each is a doorbell: what is due stands in PostgreSQL, and a task that never comes costs a minute."""

from __future__ import annotations

import time

from celery import shared_task

from allegations.actions.links import drain

BUDGET_S = 30  # a batch begun at its end, with BATCH_S for asking, can still be written down before the soft limit


@shared_task(name="links.sweep", ignore_result=True)
def sweep() -> None:
    """Check the sources that are due."""
    drain(until=time.monotonic() + BUDGET_S)
