"""Stored assessments, computed again from the records by their own days: what does not come out as it was stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from candidates.models import Candidacy
from vetting.facts import records_of
from vetting.models import Assessment
from vetting.risk.asof import facts_on
from vetting.risk.engine import assess, assess_vector
from vetting.risk.moves import Move, between

WORDS = frozenset({"arithmetic", "wording", "why_not"})
"""What a matter of a profile says in words; everything else of it is a number or a code."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored assessment that comes out otherwise, and what moved; no reason where only its numbers are others."""

    assessment: Assessment
    move: Move


def differences(candidacies: Iterable[Candidacy]) -> Iterator[Difference]:
    """Yield the stored assessments of these candidacies that their records do not give again on their two days.

    Of several of one day the last is asked for: a day is the smallest step of the method. What was
    grouped, merged or signed before anybody kept the day counts from always (`records_of`), and may say otherwise.
    Words are not compared: a sentence may be put better under one version, a number may not (methodology 2.10).
    Raises FactsError or VersionError.
    """
    candidacies = list(candidacies)
    records = records_of(candidacies)
    rows = Assessment.objects.last_of_days().filter(candidacy__in=candidacies).select_related("candidacy")
    for row in rows.order_by("candidacy", "pk"):
        found = assess(facts_on(records[row.candidacy_id], row.as_of, row.known), row.version)
        again = found.to_json()
        if found.vector != row.vector or _numbers(again) != _numbers({**again, **row.payload}):
            yield Difference(row, between(assess_vector(row.vector), found))


def _numbers(profile: Mapping[str, Any]) -> dict[str, Any]:
    """A profile without its sentences."""
    matters = [{name: value for name, value in line.items() if name not in WORDS} for line in profile["matters"]]
    reasons = [(reason["tag"], reason["points"]) for reason in profile["reasons"]]
    numbers = {name: value for name, value in profile.items() if name != "sentence"}
    return numbers | {"matters": matters, "reasons": reasons}
