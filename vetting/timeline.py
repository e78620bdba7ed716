"""The dated events of a profile in one line of time; what has no date is not guessed into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from allegations.codes import ReplyKind
from allegations.models import CoalitionLetter, Reply
from allegations.views.evidence import Cited
from candidates.models import Candidacy
from vetting.dated import recorded
from vetting.matter import Matter


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: when (EDTF) and the first day that this may mean, and where more is said."""

    when: str
    day: date
    kind: str
    text: str
    address: str


def events(
    candidacies: Iterable[Candidacy],
    matters: Iterable[Matter],
    letters: Iterable[CoalitionLetter],
    replies: Iterable[Reply],
    known: date | None = None,
) -> list[Event]:
    """Everything dated, earliest first; with a day `known`, of the candidacies and their votes what was known on it."""
    of_candidacies = _of_candidacies(candidacies, known or date.max)
    found = [*of_candidacies, *_of_matters(matters), *_of_letters(letters), *_of_replies(replies)]
    return sorted((event for event in found if event.when), key=lambda event: event.day)


def _event(record: Any, date_field: str, kind: str, text: str, address: str) -> Event:
    day = getattr(record, f"{date_field}_earliest") or getattr(record, f"{date_field}_latest") or date.max
    return Event(getattr(record, date_field), day, kind, text, address)


def _of_candidacies(candidacies: Iterable[Candidacy], known: date) -> Iterator[Event]:
    """The steps of candidacies, which bear no day of record, and the votes, which are on record ahead of their day."""
    for candidacy in candidacies:
        election = candidacy.contest.election
        address = election.get_absolute_url()
        for step in candidacy.steps:  # type: ignore[attr-defined]
            day = date.fromisoformat(step["earliest"]) if step["earliest"] else date.max
            text = f"{Candidacy.Status(step['status']).label}: {candidacy.contest.label}"
            if day <= known:
                yield Event(step["since"], day, _("Candidacy"), text, address)
        if recorded(election.published_at) <= known:
            yield _event(election, "voted", _("Vote"), election.title, address)


def _of_matters(matters: Iterable[Matter]) -> Iterator[Event]:
    for matter in matters:
        allegation = matter.allegation
        address = f"#matter-{allegation.tag}"
        yield _event(allegation, "happened", _("Said to have happened"), allegation.headline, address)
        yield _event(allegation, "first_alleged", _("First alleged"), allegation.headline, address)
        for proceeding in matter.proceedings:
            yield from _of_proceeding(proceeding)


def _of_proceeding(proceeding: Cited) -> Iterator[Event]:
    row = proceeding.record
    place = row.jurisdiction.name or row.forum_name or _("international")
    for step in row.steps.all():
        text = ", ".join(part for part in (step.get_stage_display(), row.complainant, step.outcome) if part)
        yield _event(step, "reached", _("Proceeding"), f"{place}: {text}", "#proceedings")


def _of_letters(letters: Iterable[CoalitionLetter]) -> Iterator[Event]:
    for letter in letters:
        yield _event(letter, "dated", _("Letter"), letter.title, letter.get_absolute_url())


def _of_replies(replies: Iterable[Reply]) -> Iterator[Event]:
    for reply in replies:
        if reply.kind != ReplyKind.NONE_YET:
            yield _event(reply, "answered", _("Reply"), f"{reply.by}: {reply.get_kind_display()}", "#replies")
