"""Assessments: rows to facts to engine to stored profile, in the transaction that changed the evidence."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from allegations.actions.evidence import evidence_changed
from candidates.models import Candidacy
from vetting.facts import records_of
from vetting.models import Assessment, CurrentAssessment
from vetting.risk.asof import facts_on
from vetting.risk.facts import FactsError
from vetting.risk.line import Moment, codings, days_moved, moments
from vetting.risk.moves import Move, between
from vetting.risk.profile import Profile
from vetting.risk.records import Record
from vetting.risk.scoring import point, profile_of
from vetting.risk.uncertainty import with_uncertainty
from vetting.risk.vector import parse, version_of
from vetting.risk.versions import parameters, version_on
from vetting.storing import READ, assess

logger = logging.getLogger(__name__)

READINGS = 5  # of evidence that changes under every one of them, which no person does

BY_INDEX = """
SELECT set_config(name, 'off', true) FROM unnest('{enable_seqscan,enable_hashjoin,enable_mergejoin}'::text[]) name
UNION ALL SELECT set_config('max_parallel_workers_per_gather', '0', true)
"""
"""What a batch reads are few rows among many; each is found by its index, by the process that asks for it."""

NAMED = ("candidate", "contest__election")
"""What the name of a candidacy is made of."""


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
        counts = assess(changed.select_related(*NAMED).only(*READ)[:limit], today=today)
    return counts["changed"] + counts["unchanged"]


def recompute(candidacies: Sequence[int]) -> Counter[str]:
    """Assess candidacies again, named by id, from their records as of today; store what has moved.

    Returns how many are "changed", "unchanged" and "failed"; why one failed is logged.
    """
    today = timezone.now().date()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BY_INDEX)
        locked = Candidacy.objects.filter(pk__among=candidacies).select_for_update(of=("self",), no_key=True)
        return assess(locked.select_related(*NAMED).only(*READ).order_by("pk"), today=today)


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
    return [profile_of(coding, parameters(version)) for coding, version in codings(record, until=until, known=known)]


def lines_of(record: Record, *, as_of: date, known: date) -> tuple[list[Moment], list[Moment]] | None:
    """The moments of a record up to two days, as published day by day and as known on the second one.

    None where some day of it cannot be computed, which is logged.
    """
    try:
        return moments(record, until=min(as_of, known)), moments(record, until=as_of, known=known)
    except FactsError:
        logger.exception("The line of %s cannot be computed.", record.slug)
        return None


def choices_of(records: Iterable[Record], *, until: date, most: int = 8) -> list[date]:
    """The last days on which anything moved in some records, as published on each, the newest first."""
    found: set[date] = set()
    for record in records:
        try:
            found.update(days_moved(record, until=until, most=most))
        except FactsError:
            logger.exception("The days of %s cannot be computed.", record.slug)
    return sorted(found, reverse=True)[:most]


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
        found |= {pk: _from_profile(p, today) for pk, p in _of_one_state(missing, as_of=today).items()}
    return found


def _of_one_state(candidacies: Iterable[Candidacy], *, as_of: date) -> dict[int, Profile]:
    """Compute profiles that mix no two states of the evidence: what changes while it is read is read again."""
    left = {candidacy.pk: candidacy for candidacy in candidacies}
    before, found = _revisions(left), dict[int, Profile]()
    for _ in range(READINGS):
        found |= compute(left.values(), as_of=as_of)
        after = _revisions(left)
        left = {pk: each for pk, each in left.items() if after.get(pk) != before.get(pk)}
        if not left:
            break
        before = after
    return found


def _revisions(candidacies: Iterable[int]) -> dict[int, int]:
    """The revision of the evidence of each candidacy, by id."""
    return dict(Candidacy.objects.filter(pk__in=list(candidacies)).values_list("pk", "evidence_revision"))


def on_days(
    candidacies: Iterable[Candidacy],
    as_of: date | None = None,
    known: date | None = None,
    *,
    records: Mapping[int, Record] | None = None,
) -> dict[int, Standing]:
    """The profile of each candidacy on two days, by candidacy id; the one that stands where both are today.

    Either day is by default the other. `records`, where the caller has read them, are not read again.
    Raises DayAhead.
    """
    candidacies, today = list(candidacies), timezone.now().date()
    days = two_days(as_of, known, today=today)
    if days == (today, today):
        return standing(candidacies)
    read = records_of(candidacies) if records is None else records
    return {each.pk: _from_profile(_profile(read[each.pk], *days), days[0]) for each in candidacies}


def _from_row(row: Assessment) -> Standing:
    return Standing(row.as_of, row.version, row.vector, row.vector_sha256, row.payload)


def _from_profile(profile: Profile, day: date) -> Standing:
    return Standing(day, profile.version, profile.vector, profile.vector_sha256, profile.to_json())
