"""Who replies: only what the candidate, or somebody who speaks for the candidate, says is the candidate's reply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

OTHER = "other"
SPEAKERS = {
    "candidate": "the candidate",
    "representative": "somebody who speaks for the candidate (counsel, campaign)",
    OTHER: "somebody else, or not known",
}
"""Who answers, or who was asked. Whoever is not known to speak for the candidate does not."""
FOR_CANDIDATE = frozenset(SPEAKERS) - {OTHER}
ANSWERS = frozenset({"denial", "acknowledgement", "other-explanation"})
"""The kinds of reply that answer an allegation, whoever asked."""
GENERAL, DECLINED = "general-statement", "declined"
"""Those that answer where we had asked."""


class Given(Protocol):
    """What decides on a reply, as a record, as a row read from it, or as a case file has it."""

    @property
    def kind(self) -> str: ...

    @property
    def speaker(self) -> str: ...

    @property
    def asked_by_us(self) -> bool: ...

    @property
    def with_evidence(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Told:
    """A reply as a case file has it."""

    kind: str = ""
    speaker: str = OTHER
    asked_by_us: bool = False
    with_evidence: bool = False


def is_of_candidate(reply: Given) -> bool:
    """Tell whether the candidate answers or was asked, in person or through somebody who speaks for the candidate."""
    return reply.speaker in FOR_CANDIDATE


def is_request(reply: Given) -> bool:
    """Tell whether we asked the candidate."""
    return reply.asked_by_us and is_of_candidate(reply)


def answer_code(reply: Given) -> str:
    """The method's code of what the candidate answered (2.4): D, E with evidence, X declined; empty for all else."""
    if not is_of_candidate(reply):
        return ""
    if reply.kind in ANSWERS or (reply.kind == GENERAL and reply.asked_by_us):
        return "E" if reply.with_evidence else "D"
    return "X" if reply.kind == DECLINED and reply.asked_by_us else ""
