"""Tasks of the profile."""

from __future__ import annotations

from celery import shared_task

from vetting.assessments import refresh_stale


@shared_task(name="vetting.reassess_due", ignore_result=True)
def reassess_due() -> None:
    """Assess again where a dated fact has come or lapsed, such as a research check that is no longer valid."""
    refresh_stale(limit=500)
