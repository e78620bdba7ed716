"""Tasks. Each is a doorbell: what is due stands in PostgreSQL, and a task that never comes costs a minute."""

from __future__ import annotations

import time

from celery import shared_task

from allegations.actions.links import drain

BUDGET_S = 60  # well below the time limit, so that a batch under way can be written down


@shared_task(name="links.sweep", ignore_result=True)
def sweep() -> None:
    """Check the sources that are due."""
    drain(until=time.monotonic() + BUDGET_S)
