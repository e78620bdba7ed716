"""Assessments: rows to facts to engine to stored profile, in the transaction that changed the evidence."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from allegations.actions.evidence import evidence_changed
from candidates.models import Candidacy
from vetting.facts import changes_on, records_of
from vetting.models import Assessment, CurrentAssessment
from vetting.risk.asof import days, facts_on
from vetting.risk.facts import FactsError
from vetting.risk.moves import Move, between
from vetting.risk.profile import Profile
from vetting.risk.records import Record
from vetting.risk.scoring import point, profile_of
from vetting.risk.uncertainty import with_uncertainty
from vetting.risk.vector import parse, version_of
from vetting.risk.versions import parameters, version_on

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """The profile of a candidacy: what the engine gave, and as of which day."""

    as_of: date
    version: str
    vector: str
    vector_sha256: str
    profile: dict[str, Any]

    @property
    def known(self) -> date:
        """The day whose knowledge was used, which the vector carries where it is another."""
        return parse(self.vector).known or self.as_of


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
        found = _computable(changed, as_of=today)
        for candidacy, profile, expires_on in found:
            _store(candidacy, profile, today, expires_on)
    return len(found)


def recompute(candidacies: Sequence[int]) -> Counter[str]:
    """Assess candidacies again, named by id, from their records as of today; store what has moved.

    Returns how many are "changed", "unchanged" and "failed"; why one failed is logged.
    """
    today = timezone.now().date()
    with transaction.atomic():
        locked = Candidacy.objects.filter(pk__in=candidacies).select_for_update(of=("self",), no_key=True)
        rows = list(locked.select_related("candidate", "contest__election").order_by("pk"))
        stored = [_store(row, profile, today, day) for row, profile, day in _computable(rows, as_of=today)]
    return Counter(changed=sum(stored), unchanged=stored.count(False), failed=len(rows) - len(stored))


def moves(
    candidacies: Iterable[Candidacy], *, as_of: date, known: date, version: str | None = None
) -> list[tuple[Candidacy, Move]]:
    """What moves from the stored profile of each candidacy to the one of two days; nothing is stored.

    With a `version` both are of these days, by the version in force on `known` and by that one: the report
    that a new version ships with (methodology 2.10). What cannot be assessed is logged and left out. Raises
    VersionError.
    """
    candidacies = list(candidacies)
    records = records_of(candidacies)
    stored = {} if version else _stored_vectors(candidacies)
    found = []
    for candidacy in candidacies:
        try:
            facts = facts_on(records[candidacy.pk], as_of, known)
            usual = point(facts, version_on(known))
        except FactsError:
            logger.exception("Candidacy %s cannot be assessed.", candidacy.pk)
            continue
        before = _again(stored[candidacy.pk]) if candidacy.pk in stored else usual
        found.append((candidacy, between(before, point(facts, version) if version else usual)))
    return found


def _stored_vectors(candidacies: Iterable[Candidacy]) -> dict[int, str]:
    rows = CurrentAssessment.objects.filter(candidacy__in=candidacies)
    return dict(rows.values_list("candidacy", "assessment__vector"))


def _again(vector: str) -> Profile:
    """The profile of a stored vector, without draws."""
    return profile_of(parse(vector), parameters(version_of(vector)))


def _computable(candidacies: Iterable[Candidacy], *, as_of: date) -> list[tuple[Candidacy, Profile, date | None]]:
    """The candidacies that can be assessed, each with its profile and the day on which that will move by itself."""
    candidacies = list(candidacies)
    try:
        records = records_of(candidacies)
        return [
            (each, _profile(records[each.pk], as_of), changes_on(records[each.pk], as_of=as_of)) for each in candidacies
        ]
    except FactsError:
        if len(candidacies) > 1:
            return [found for candidacy in candidacies for found in _computable([candidacy], as_of=as_of)]
        logger.exception("Candidacy %s cannot be assessed.", candidacies[0].pk)
        return []


def compute(
    candidacies: Iterable[Candidacy], *, as_of: date, known: date | None = None, version: str | None = None
) -> dict[int, Profile]:
    """Compute profiles from the records as they stood on two days, by candidacy id; nothing is stored.

    `known` is `as_of` by default. `version` is by default the one in force on `known` (methodology 2.9).
    Raises FactsError or VersionError.
    """
    return {pk: _profile(record, as_of, known, version) for pk, record in records_of(candidacies).items()}


def history(candidacy: Candidacy, *, until: date, known: date | None = None) -> list[Profile]:
    """The profiles, without draws, of the days up to `until` on which anything in one moved, the first day first.

    Each day is read as it was published on that day, or as known on the day `known` if there is one.
    """
    record = records_of([candidacy])[candidacy.pk]
    found: list[Profile] = []
    for day in [day for day in days(record) if date.min < day <= until] or [until]:
        profile = point(facts_on(record, day, known), version_on(known or day))
        if not found or _undated(profile.vector) != _undated(found[-1].vector):
            found.append(profile)
    return found


class DayAhead(ValueError):
    """A day that has not come yet; nobody knows what will have happened by then. The message says so."""

    def __init__(self, name: str, day: date, today: date) -> None:
        super().__init__(f"{day} has not come yet (today is {today}).")
        self.name = name


def two_days(as_of: date | None, known: date | None, *, today: date) -> tuple[date, date]:
    """The two days of an assessment; either is by default the other, and both are today (methodology 2.9).

    Raises DayAhead.
    """
    asked = as_of or known or today, known or as_of or today
    for name, day in zip(("as_of", "known"), asked, strict=True):
        if day > today:
            raise DayAhead(name, day, today)
    return asked


def _profile(record: Record, as_of: date, known: date | None = None, version: str | None = None) -> Profile:
    return with_uncertainty(point(facts_on(record, as_of, known), version or version_on(known or as_of)))


def _store(candidacy: Candidacy, profile: Profile, today: date, expires_on: date | None) -> bool:
    """Make a profile the one that stands; tell whether it says anything else than the one before."""
    same = _same_as_before(candidacy, profile)
    assessment = same or Assessment.objects.create(
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
            "expires_on": expires_on,
        },
    )
    return same is None


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


def on_days(
    candidacies: Iterable[Candidacy], as_of: date | None = None, known: date | None = None
) -> dict[int, Standing]:
    """The profile of each candidacy on two days, by candidacy id; the one that stands where both are today.

    Either day is by default the other. Raises DayAhead.
    """
    candidacies, today = list(candidacies), timezone.now().date()
    days = two_days(as_of, known, today=today)
    if days == (today, today):
        return standing(candidacies)
    found = compute(candidacies, as_of=days[0], known=days[1])
    return {pk: _from_profile(profile, days[0]) for pk, profile in found.items()}


def _from_row(row: Assessment) -> Standing:
    return Standing(row.as_of, row.version, row.vector, row.vector_sha256, row.payload)


def _from_profile(profile: Profile, day: date) -> Standing:
    return Standing(day, profile.version, profile.vector, profile.vector_sha256, profile.to_json())
