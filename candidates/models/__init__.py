"""Who stands for what: organisations, elections, contests, candidates, candidacies, research checks."""

from candidates.models.candidate import Candidacy, CandidacyStatus, Candidate, CandidateName
from candidates.models.election import Contest, Election
from candidates.models.organization import Organization
from candidates.models.research import ResearchCheck

__all__ = [
    "Candidacy",
    "CandidacyStatus",
    "Candidate",
    "CandidateName",
    "Contest",
    "Election",
    "Organization",
    "ResearchCheck",
]
