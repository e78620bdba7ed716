"""What is assessed about a candidacy on two days: profile, contributions, line over time, comparison."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils import timezone

from allegations.models import Allegation
from candidates.models import Candidacy
from vetting.api.summaries import profile_of
from vetting.assessments import Standing, history, on_days, two_days
from vetting.beside import with_steps
from vetting.days import Days
from vetting.risk.compare import compare
from vetting.risk.engine import assess_vector
from vetting.risk.moves import between
from vetting.risk.profile import Profile


def assessment(candidacy: Candidacy, as_of: date | None, known: date | None) -> dict[str, Any]:
    """The profile of a candidacy on two days."""
    found = on_days([candidacy], as_of, known)[candidacy.pk]
    now = timezone.now().date()
    days = Days(*two_days(as_of, known, today=now), now)
    return {"candidacy": candidacy, "profile": profile_of(found, _conduct(candidacy, days))}


def contributions(candidacy: Candidacy, as_of: date | None, known: date | None) -> dict[str, Any]:
    """What each matter, and each origin of it, contributes to the index on two days."""
    found = on_days([candidacy], as_of, known)[candidacy.pk]
    conduct = _conduct(candidacy)
    lines = sorted(found.profile["matters"], key=lambda line: (-line["phi"], line["tag"]))
    return _head(candidacy, found) | {
        "status": found.profile["status"],
        "matters": [_contribution(line, conduct.get(line["tag"])) for line in lines],
        "vector": found.vector,
    }


def line(candidacy: Candidacy, until: date | None, known: date | None) -> dict[str, Any]:
    """The days on which the profile of a candidacy moved, and what moved."""
    profiles = history(candidacy, until=until or timezone.now().date(), known=known)
    moved = [(), *(between(before, after).reasons for before, after in pairwise(profiles))]
    days = [_moment(profile, reasons) for profile, reasons in zip(profiles, moved, strict=True)]
    return {"candidacy": candidacy, "known": known, "days": days}


def comparison(candidacy: Candidacy, other: Candidacy, as_of: date | None, known: date | None) -> dict[str, Any]:
    """What may be said of two candidacies on two days; where one is higher, it is named first."""
    found = on_days([candidacy, other], as_of, known)
    one, two = (assess_vector(found[each.pk].vector) for each in (candidacy, other))
    said = compare(one, two)
    pair = [candidacy, other] if said.first == one.coding.slug else [other, candidacy]
    return {
        "first": pair[0],
        "words": said.words,
        "second": pair[1],
        "probability": said.probability,
        "vectors": [found[each.pk].vector for each in pair],
    }


def _head(candidacy: Candidacy, found: Standing) -> dict[str, Any]:
    return {"candidacy": candidacy, "as_of": found.as_of, "known": found.known, "version": found.version}


def _conduct(candidacy: Candidacy, days: Days | None = None) -> dict[int, Allegation]:
    """The allegations that may still be read, by number; a matter retracted since has none.

    With `days`, each has the `told_steps` of its proceedings by then.
    """
    rows = Allegation.objects.legible().filter(candidate=candidacy.candidate_id)
    return {row.tag: row for row in (with_steps(rows, days) if days else rows) if row.tag}


def _contribution(line: Mapping[str, Any], allegation: Allegation | None) -> dict[str, Any]:
    scored = line["scored"]
    factors = {name: line[name] for name in ("G", "L", "kappa", "e", "f")}
    return {
        "tag": line["tag"],
        "allegation": allegation,
        "scored": scored,
        "why_not": line["why_not"],
        "tier": line["tier"] if scored else None,
        "points": line["phi"] if scored else None,
        "alone": line["alone"] if scored else None,
        "factors": factors if scored else None,
        "arithmetic": line["arithmetic"] or None,
        "origins": line["clusters"] if scored else [],
        "refuting": line["refuting"],
    }


def _moment(profile: Profile, moved: tuple[str, ...]) -> dict[str, Any]:
    coding = profile.coding
    return {
        "as_of": coding.as_of,
        "known": coding.known or coding.as_of,
        "status": profile.status.value,
        "score": profile.score,
        "printed_score": profile.printed_score or None,
        "band": profile.band,
        "moved": moved,
        "version": profile.version,
        "vector": profile.vector,
        "vector_sha256": profile.vector_sha256,
    }
