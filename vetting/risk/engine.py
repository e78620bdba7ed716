"""The whole assessment: from facts or from a vector to a profile with its uncertainty."""

from __future__ import annotations

from functools import lru_cache

from vetting.risk.facts import CandidacyFacts
from vetting.risk.profile import Profile
from vetting.risk.scoring import point, profile_of
from vetting.risk.uncertainty import with_uncertainty
from vetting.risk.vector import parse, version_of
from vetting.risk.versions import CURRENT, parameters
from vetting.risk.whatif import WhatIf, what_ifs


def assess(facts: CandidacyFacts, version: str = CURRENT) -> Profile:
    """Return the profile of a candidacy with its interval, band probabilities and envelope.

    Raises FactsError where facts are outside the method, VersionError where the version is unknown.
    """
    return with_uncertainty(point(facts, version))


def assess_vector(vector: str) -> Profile:
    """Return the profile that a vector stands for, the same as its facts give; raise VectorError."""
    return with_uncertainty(point_of(vector))


@lru_cache(maxsize=512)
def point_of(vector: str) -> Profile:
    """Return the profile that a vector stands for, without its draws; raise VectorError."""
    return profile_of(parse(vector), parameters(version_of(vector)))


@lru_cache(maxsize=512)
def what_ifs_of(vector: str) -> tuple[WhatIf, ...]:
    """Return what would change the profile of a vector, remembered, for a page shows it to every reader."""
    return what_ifs(point_of(vector))
