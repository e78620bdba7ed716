"""Review action: what a reviewer does next about a profile, by an ordered decision table (2.13).

The table has a version of its own; it follows from status, band and confidence and moves no number.
"""

from __future__ import annotations

from vetting.risk.profile import Profile
from vetting.risk.scales import Confidence, Status

VERSION = "1"

COMPLETE = "complete the search"
WATCH = "watch, and check again when the checks lapse"
ASK_TOO = "complete the search, ask the candidate"
NOTE = "note"
URGENT = "complete the search, ask the candidate: urgent"
UNSCORED = {Status.NOT_ASSESSED: COMPLETE, Status.NOTHING_FOUND: WATCH, Status.NOT_SCORED: WATCH}

FIRM = {Confidence.MODERATE, Confidence.HIGH}
# Band → action where confidence is less than that, action where it is firm.
PRELIMINARY = {
    "Limited": (ASK_TOO, ASK_TOO),
    "Moderate": (ASK_TOO, ASK_TOO),
    "Substantial": (ASK_TOO, URGENT),
    "Serious": (ASK_TOO, URGENT),
    "Severe": (ASK_TOO, URGENT),
}
ASSESSED = {
    "Limited": (NOTE, NOTE),
    "Moderate": ("ask the candidate", "ask the candidate"),
    "Substantial": ("enhanced review: seek independent origins", "enhanced review, brief the panel"),
    "Serious": ("enhanced review", "refer to the electing body with the file"),
    "Severe": ("refer to the electing body with the file", "refer to the electing body with the file"),
}


PRESSING = ("refer", "enhanced review, brief", URGENT, "enhanced review", "ask", ASK_TOO, COMPLETE, "watch", NOTE)
"""How actions begin, the most pressing first."""


def review_action(profile: Profile) -> str:
    """Return what a reviewer does next; a person decides, and nothing follows by itself."""
    return action_of(profile.status, profile.band, profile.confidence)


def action_of(status: Status, band: str | None, confidence: Confidence | None) -> str:
    """Return the same from what the table asks for; an unscored profile has neither band nor confidence."""
    if band is None:
        return UNSCORED[status]
    table = PRELIMINARY if status is Status.PRELIMINARY else ASSESSED
    return table[band][confidence in FIRM]


def pressing(action: str) -> int:
    """Return the place of an action among all, 0 for what presses most."""
    return next(place for place, beginning in enumerate(PRESSING) if action.startswith(beginning))
