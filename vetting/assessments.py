"""Assessments: rows to facts to engine to stored profile, in the transaction that changed the evidence."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from allegations.actions.evidence import evidence_changed
from candidates.models import Candidacy
from vetting.facts import changes_on, facts_of
from vetting.models import Assessment, CurrentAssessment
from vetting.risk.facts import FactsError
from vetting.risk.profile import Profile
from vetting.risk.scoring import point
from vetting.risk.uncertainty import with_uncertainty

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """The profile that stands for a candidacy: what the engine gave, and as of which day."""

    as_of: date
    version: str
    vector: str
    vector_sha256: str
    profile: dict[str, Any]


def connect() -> None:
    evidence_changed.connect(refresh_stale, dispatch_uid="vetting.assessments")


def stale(today: date) -> QuerySet[Candidacy]:
    """Candidacies without an assessment, or whose evidence or dated facts have changed since."""
    return Candidacy.objects.filter(
        Q(current__isnull=True)
        | ~Q(current__evidence_revision=F("evidence_revision"))
        | Q(current__expires_on__lte=today)
    )


def refresh_stale(sender: object = None, *, limit: int | None = None, **kwargs: object) -> int:
    """Assess again every candidacy whose evidence changed; return how many that were.

    What another transaction is changing is left to it: it assesses before it commits, and nobody waits
    for two locks. A candidacy that cannot be assessed is logged and holds up no other.
    """
    today = timezone.now().date()
    with transaction.atomic():
        changed = stale(today).order_by("pk").select_for_update(of=("self",), skip_locked=True, no_key=True)
        changed = changed.select_related("candidate", "contest__election")[:limit]
        profiles = _computable(changed, as_of=today)
        for candidacy, profile in profiles:
            _store(candidacy, profile, today)
    return len(profiles)


def _computable(candidacies: Iterable[Candidacy], *, as_of: date) -> list[tuple[Candidacy, Profile]]:
    candidacies = list(candidacies)
    try:
        profiles = compute(candidacies, as_of=as_of)
        return [(candidacy, profiles[candidacy.pk]) for candidacy in candidacies]
    except FactsError:
        if len(candidacies) > 1:
            return [found for candidacy in candidacies for found in _computable([candidacy], as_of=as_of)]
        logger.exception("Candidacy %s cannot be assessed.", candidacies[0].pk)
        return []


def compute(candidacies: Iterable[Candidacy], *, as_of: date) -> dict[int, Profile]:
    """Compute profiles from what is published now, by candidacy id; nothing is stored."""
    return {pk: with_uncertainty(point(facts)) for pk, facts in facts_of(candidacies, as_of=as_of).items()}


def _store(candidacy: Candidacy, profile: Profile, today: date) -> None:
    assessment = _same_as_before(candidacy, profile) or Assessment.objects.create(
        candidacy=candidacy,
        version=profile.version,
        as_of=today,
        known=today,
        vector=profile.vector,
        vector_sha256=profile.vector_sha256,
        payload=profile.to_json(),
    )
    CurrentAssessment.objects.update_or_create(
        candidacy=candidacy,
        defaults={
            "assessment": assessment,
            "evidence_revision": candidacy.evidence_revision,
            "expires_on": changes_on(candidacy, as_of=today),
        },
    )


def _same_as_before(candidacy: Candidacy, profile: Profile) -> Assessment | None:
    """The latest assessment, if the profile says the same but for the day."""
    latest = Assessment.objects.filter(candidacy=candidacy).first()
    if latest and _undated(latest.vector) == _undated(profile.vector) and latest.version == profile.version:
        return latest
    return None


def _undated(vector: str) -> str:
    return "/".join(field for field in vector.split("/") if not field.startswith("D:"))


def standing(candidacies: Iterable[Candidacy]) -> dict[int, Standing]:
    """The profile that stands for each candidacy, never older than its evidence, by candidacy id.

    Costs one query; a candidacy whose stored profile is behind its evidence (changed by other hands
    than the actions) is computed afresh and not stored, so that reading changes nothing.
    """
    candidacies = list(candidacies)
    today = timezone.now().date()
    rows = CurrentAssessment.objects.filter(candidacy__in=candidacies)
    fresh = rows.exclude(pk__in=rows.stale(today)).select_related("assessment")
    found = {row.pk: _from_row(row.assessment) for row in fresh}
    missing = [candidacy for candidacy in candidacies if candidacy.pk not in found]
    if missing:
        found |= {pk: _from_profile(p, today) for pk, p in compute(missing, as_of=today).items()}
    return found


def _from_row(row: Assessment) -> Standing:
    return Standing(row.as_of, row.version, row.vector, row.vector_sha256, row.payload)


def _from_profile(profile: Profile, day: date) -> Standing:
    return Standing(day, profile.version, profile.vector, profile.vector_sha256, profile.to_json())
