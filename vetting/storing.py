"""Storing: a new assessment where a profile says anything new, and which assessment stands for each candidacy."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from candidates.models import Candidacy
from vetting.facts import each_record
from vetting.models import Assessment, CurrentAssessment
from vetting.risk.asof import facts_on, next_day
from vetting.risk.coding import encode
from vetting.risk.facts import Coding, FactsError
from vetting.risk.scoring import profile_of
from vetting.risk.uncertainty import with_uncertainty
from vetting.risk.vector import to_vector
from vetting.risk.versions import parameters, version_on

logger = logging.getLogger(__name__)

READ = ("key", "candidate__slug", "contest__slug", "contest__election__slug", "evidence_revision")
"""The columns of a candidacy that an assessment needs."""


class Stored(NamedTuple):
    """What stands for a candidacy, with the revision of the evidence it was made from."""

    candidacy: int
    assessment: int
    evidence_revision: int
    expires_on: date | None
    version: str
    vector: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the evidence of a candidacy says today, and the day on which that will move by itself."""

    candidacy: Candidacy
    coding: Coding
    version: str
    vector: str
    expires_on: date | None

    def says_as(self, stored: Stored | None) -> bool:
        """Tell whether the stored profile says the same but for the day: the vector holds all that a profile says."""
        if stored is None or stored.version != self.version:
            return False
        return _undated(stored.vector) == _undated(self.vector)

    def stands_as(self, stored: Stored | None, assessment: int) -> bool:
        """Tell whether what stands is this assessment, of this evidence."""
        now = (assessment, self.candidacy.evidence_revision, self.expires_on)
        return stored is not None and now == (stored.assessment, stored.evidence_revision, stored.expires_on)


def assess(candidacies: Iterable[Candidacy], *, today: date) -> Counter[str]:
    """Compute the profiles of locked candidacies as of today and store what moved.

    Returns how many are "changed", "unchanged" and "failed"; why one failed is logged. A profile that says the same
    is not computed again. Costs the same number of queries for one candidacy and for many.
    """
    candidacies = list(candidacies)
    found = list(_codings(candidacies, today))
    stored = _stored(candidacies)
    moved = [each for each in found if not each.says_as(stored.get(each.candidacy.pk))]
    made = Assessment.objects.bulk_create([_assessment(each, today) for each in moved])
    stands = {pk: row.assessment for pk, row in stored.items()} | {row.candidacy_id: row.pk for row in made}
    _point_to(stands, found, stored)
    return Counter(changed=len(moved), unchanged=len(found) - len(moved), failed=len(candidacies) - len(found))


def _codings(candidacies: Sequence[Candidacy], today: date) -> Iterator[Found]:
    method = parameters(version_on(today))
    for candidacy, record in each_record(candidacies, since=today):
        try:
            coding = encode(facts_on(record, today), method)
        except FactsError:
            logger.exception("Candidacy %s cannot be assessed.", candidacy.pk)
            continue
        vector = to_vector(coding, method.version)
        yield Found(candidacy, coding, method.version, vector, next_day(record, today))


def _stored(candidacies: Sequence[Candidacy]) -> dict[int, Stored]:
    rows = CurrentAssessment.objects.filter(candidacy__among=[each.pk for each in candidacies]).values_list(
        "candidacy", "assessment", "evidence_revision", "expires_on", "assessment__version", "assessment__vector"
    )
    return {row[0]: Stored._make(row) for row in rows}


def _undated(vector: str) -> tuple[str, str]:
    """A vector without its day."""
    before, _, rest = vector.partition("/D:")
    return before, rest.partition("/")[2]


def _assessment(found: Found, today: date) -> Assessment:
    profile = with_uncertainty(profile_of(found.coding, parameters(found.version)))
    return Assessment(
        candidacy=found.candidacy,
        version=profile.version,
        as_of=today,
        known=today,
        vector=profile.vector,
        vector_sha256=profile.vector_sha256,
        payload=profile.to_json(),
    )


def _point_to(stands: dict[int, int], found: Sequence[Found], stored: dict[int, Stored]) -> None:
    """Let each candidacy point to the assessment that stands for it, where it does not yet."""
    behind = [
        CurrentAssessment(
            candidacy=each.candidacy,
            assessment_id=stands[each.candidacy.pk],
            evidence_revision=each.candidacy.evidence_revision,
            expires_on=each.expires_on,
        )
        for each in found
        if not each.stands_as(stored.get(each.candidacy.pk), stands[each.candidacy.pk])
    ]
    CurrentAssessment.objects.bulk_create(
        behind,
        update_conflicts=True,
        unique_fields=["candidacy"],
        update_fields=["assessment", "evidence_revision", "expires_on"],
    )
