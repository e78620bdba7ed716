"""The reduction: from dated rows to the facts that had happened by one day and were on record on another.

Where a day is uncertain it is read in the person's favour: what speaks against the person counts once
it has surely happened, what speaks for the person once it may have (2.9 and 2.12).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from operator import attrgetter
from typing import TypeVar

from vetting.risk import scales
from vetting.risk.coders import MatterRows, coders
from vetting.risk.facts import CandidacyFacts, Checks, Citation, Cluster, MatterFacts, Proceeding, Voices, number
from vetting.risk.records import Act, Answer, Check, Cited, Grade, Letter, Matter, Record, Row, Stance, latest

AnyRow = TypeVar("AnyRow", bound=Row)

DAYS_OF_A_ROW = attrgetter("recorded", "on", "until")
DAY_OF_A_GRADE = attrgetter("recorded")
GRADES_OF_A_CITATION = attrgetter("origin", "reliability", "credibility")
MOST_FAVOURABLE = {"severity": "1", "link": "0"}
"""What counts while a matter is not graded."""


def facts_on(record: Record, as_of: date, known: date | None = None) -> CandidacyFacts:
    """Return the facts on two days; `known` is `as_of` by default, "as published".

    Raises FactsError where a code is not on its scale.
    """
    known = known or as_of
    letters = against(record.letters, as_of, known)
    matters = [rows_on(matter, as_of, known) for matter in record.matters if counts(matter, as_of, known)]
    return CandidacyFacts(
        slug=record.slug,
        as_of=as_of,
        known=known,
        coders=coders(matters, known),
        checks=checks_done(for_person(record.checks, as_of, known), as_of),
        reply=reply_state(for_person(record.answers, as_of, known), as_of),
        opposition=voices(letter for letter in letters if letter.opposes),
        support=voices(letter for letter in letters if not letter.opposes),
        matters=tuple(matter_on(rows, known) for rows in matters),
    )


def counts(matter: Matter, as_of: date, known: date) -> bool:
    """Tell whether a matter stood on `known` and had surely been alleged by `as_of`."""
    return matter.stands(known) and matter.was_alleged(as_of, known)


def against(rows: Iterable[AnyRow], as_of: date, known: date) -> list[AnyRow]:
    """Return the rows that stood on `known` and had surely happened by `as_of`."""
    return [row for row in rows if row.stands(known) and row.has_happened(as_of)]


def for_person(rows: Iterable[AnyRow], as_of: date, known: date) -> list[AnyRow]:
    """Return the rows that stood on `known` and may have happened by `as_of`."""
    return [row for row in rows if row.stands(known) and row.may_have_happened(as_of)]


def rows_on(matter: Matter, as_of: date, known: date) -> MatterRows:
    """Return what of a matter bears on it on two days."""
    acts, citations = matter.acts, matter.citations
    adverse = against([act for act in acts if act.code in scales.STAGES], as_of, known)
    exonerations = for_person([act for act in acts if act.code not in scales.STAGES], as_of, known)
    supporting = against([each for each in citations if each.stance is Stance.SUPPORTS], as_of, known)
    refuting = for_person([each for each in citations if each.stance is Stance.REFUTES], as_of, known)
    return MatterRows(matter, adverse, exonerations, supporting, refuting)


def matter_on(rows: MatterRows, known: date) -> MatterFacts:
    """Return one matter as facts; what is not graded takes the value most favourable to the person."""
    matter = rows.matter
    return MatterFacts(
        tag=matter.tag,
        severity=number(latest(matter.severity, known) or MOST_FAVOURABLE["severity"], "severity"),
        link=number(latest(matter.link, known) or MOST_FAVOURABLE["link"], "link"),
        stage=tuple(proceeding(act, known) for act in (*rows.adverse, *rows.exonerations)),
        supporting=clusters(rows.supporting, known),
        refuting=clusters(rows.refuting, known),
    )


def proceeding(act: Act, known: date) -> Proceeding:
    """Return one act as a fact; a forum that nobody graded is not assessed."""
    return Proceeding(act.code, latest(act.forum, known) or "U", act.on, act.until)


def clusters(cited: Iterable[Cited], known: date) -> tuple[Cluster, ...]:
    """Return the graded citations by origin; one that is not graded in full does not count."""
    found: dict[str, list[Citation]] = {}
    for each in cited:
        grade = latest(each.reliability, known), latest(each.credibility, known)
        if all(grade):
            found.setdefault(latest(each.origin, known), []).append(Citation(each.key, "".join(grade)))
    return tuple(tuple(citations) for citations in found.values())


def checks_done(checks: Iterable[Check], as_of: date) -> Checks:
    """Count the kinds of check that are done and valid on a day, of those that apply.

    Of several checks of one kind the one done last decides.
    """
    valid = [check for check in checks if as_of < check.lapses]
    last = {check.kind: check for check in sorted(valid, key=lambda check: check.on or date.min)}
    inapplicable = sum(not check.applies for check in last.values())
    return Checks(done=len(last) - inapplicable, applicable=len(scales.CHECKS) - inapplicable)


def reply_state(answers: Iterable[Answer], as_of: date) -> str:
    """Return how far the reply has come: answered with evidence or without, due, waited for, or not asked."""
    answers = list(answers)
    codes = {answer.code for answer in answers}
    given = next((code for code in ("E", "D", "X") if code in codes), None)
    if given or not codes:
        return given or "N"
    return "S" if any(answer.overdue is None or as_of < answer.overdue for answer in answers) else "X"


def voices(letters: Iterable[Letter]) -> Voices | None:
    """Return the counts of the broadest letter; letters are not added up, for some people sign two."""
    broadest = max(letters, key=lambda letter: letter.signatories, default=None)
    return Voices(broadest.signatories, broadest.countries) if broadest and broadest.signatories else None


def days(record: Record) -> set[date]:
    """Return every day in a record; on no other day do its facts change."""
    return {day for day in set(_days(record)) if day is not None}


def next_day(record: Record, after: date) -> date | None:
    """Return the first day after another on which the facts may change by themselves; None if there is none."""
    return min((day for day in days(record) if day > after), default=None)


def _days(record: Record) -> Iterator[date | None]:
    """Return the days of everything in a record, most of them several times."""
    rows = list(rows_in(record))
    return chain(
        chain.from_iterable(map(DAYS_OF_A_ROW, rows)),
        chain.from_iterable(chain.from_iterable(row.absent for row in rows if row.absent)),
        map(DAY_OF_A_GRADE, chain.from_iterable(grades_in(record))),
        (check.lapses for check in record.checks),
        (answer.overdue for answer in record.answers),
    )


def rows_in(record: Record) -> Iterator[Row]:
    """Yield the rows of a record, those of its matters after each."""
    for matter in record.matters:
        yield matter
        yield from matter.acts
        yield from matter.citations
    yield from record.checks
    yield from record.answers
    yield from record.letters


def grades_in(record: Record) -> Iterator[tuple[Grade, ...]]:
    """Yield the gradings of each thing that is graded in a record."""
    for matter in record.matters:
        yield from (matter.severity, matter.link)
        yield from (act.forum for act in matter.acts)
        yield from chain.from_iterable(map(GRADES_OF_A_CITATION, matter.citations))
