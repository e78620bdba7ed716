"""How many coders stand behind the grades of a profile (2.7 and 2.12, safeguard 2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from vetting.risk.facts import number
from vetting.risk.records import Act, Cited, Grade, Graders, Matter, in_force, latest

GRAVE, CLOSE = 4, 3
"""From this severity, and from this link on, the method asks for two coders of every grade of a matter."""
ADVANCED = frozenset({"K3", "K4", "K5", "K6", "K7"})
"""The adverse stages that ask for two as well."""


@dataclass(frozen=True, slots=True)
class MatterRows:
    """A matter with those of its rows that bear on it on two days."""

    matter: Matter
    adverse: Sequence[Act]
    exonerations: Sequence[Act]
    supporting: Sequence[Cited]
    refuting: Sequence[Cited]


def coders(matters: Iterable[MatterRows], known: date) -> int:
    """Return 2 where two people stand behind each grade of which the method asks for it, and 1 otherwise.

    Where it asks for none, one does: nothing shows that there were two. While two differ on any grade, it is one.
    """
    coders = 1
    for grade in (grade for rows in matters for grade in asked_of(rows, known)):
        if grade.graders is not Graders.TWO:
            return 1
        coders = 2
    return coders


def asked_of(rows: MatterRows, known: date) -> Iterator[Grade]:
    """Yield the grades of a matter that two people should stand behind, and those on which two differ."""
    asks = asks_for_two(rows, known)
    for grade in grades_of(rows, known):
        if asks or grade.graders is Graders.DIFFER:
            yield grade
    forums = (in_force(act.forum, known) for act in (*rows.adverse, *rows.exonerations))
    yield from (forum for forum in forums if forum and forum.code)


def asks_for_two(rows: MatterRows, known: date) -> bool:
    """Tell whether the method asks for two coders of every grade of a matter."""
    severity = number(latest(rows.matter.severity, known) or "0", "severity")
    link = number(latest(rows.matter.link, known) or "0", "link")
    deviates = bool(severity and rows.matter.usual) and severity != rows.matter.usual
    return severity >= GRAVE or deviates or link >= CLOSE or any(act.code in ADVANCED for act in rows.adverse)


def grades_of(rows: MatterRows, known: date) -> Iterator[Grade]:
    """Yield the grades in force of a matter itself and of the citations that count, which are graded in full."""
    for given in (rows.matter.severity, rows.matter.link):
        if (grade := in_force(given, known)) and grade.code:
            yield grade
    for cited in (*rows.supporting, *rows.refuting):
        reliability, credibility = in_force(cited.reliability, known), in_force(cited.credibility, known)
        if reliability and credibility and reliability.code and credibility.code:
            yield reliability
            yield credibility
