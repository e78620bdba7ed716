"""How grave each kind of act is by the category table of the method (methodology 2.2). Asks no database.

A matter that is graded otherwise than its act asks for a second grader, as a grave one does.
"""

from __future__ import annotations

from collections.abc import Mapping

from allegations.codes import Act

USUAL_SEVERITY: Mapping[str, int] = {
    Act.TORTURE: 5,
    Act.DISAPPEARANCE: 5,
    Act.ASSAULT: 4,
    Act.ABDUCTION: 4,
    Act.ARREST: 4,
    Act.DETENTION: 4,
    Act.SEXUAL_MISCONDUCT: 4,
    Act.TRANSNATIONAL_REPRESSION: 4,
    Act.INCITEMENT: 4,
    Act.SURVEILLANCE: 3,
    Act.CENSORSHIP: 3,
    Act.SPEECH: 3,
    Act.NOTICE_MISUSE: 3,
    Act.CORRUPTION: 3,
    Act.FRAUD: 3,
    Act.ELECTORAL_OFFENCE: 3,
    Act.CONFLICT_OF_INTEREST: 2,
}
"""The severity of an act where nothing speaks for another grade."""


def usual_severity(act: str) -> int | None:
    """Return the severity that the table gives an act, from 1 to 5; None for an act that is on no list."""
    return USUAL_SEVERITY.get(act)


def table() -> list[tuple[int, list[str]]]:
    """Return each severity of the table with the labels of its acts, the gravest first."""
    found: dict[int, list[str]] = {}
    for act in Act:
        found.setdefault(USUAL_SEVERITY[act], []).append(str(act.label))
    return sorted(found.items(), reverse=True)
