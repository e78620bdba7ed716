"""Tasks of the profile and of what is frozen of it."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from vetting.assessments import refresh_stale
from vetting.dossier.freezing import freeze_due


@shared_task(name="vetting.reassess_due", ignore_result=True)
def reassess_due() -> None:
    """Assess again where a dated fact has come or lapsed, such as a research check that is no longer valid."""
    refresh_stale(limit=500)


@shared_task(name="vetting.freeze_due", ignore_result=True, soft_time_limit=240, time_limit=260)
def freeze() -> None:
    """Freeze the dossier of each election whose vote has come."""
    freeze_due(timezone.now().date())
