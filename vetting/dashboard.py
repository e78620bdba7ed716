"""The reviewers' dashboard: what needs one person next, as short lists with links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import or_
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F, Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from allegations.actions.links.answers import waiting
from allegations.admin.links import TITLES
from allegations.models import Allegation, Citation, CoalitionLetter, FactConflict, Proceeding, Reply, ReviewTask
from allegations.queries import on_which_two_differ, waiting_for_second
from allegations.roles import roles_of
from allegations.workflow import EDITORS, PUBLIC, REVIEWERS, State
from candidates.models import Candidacy, Candidate, Election, ResearchCheck
from vetting.assessments import standing
from vetting.risk.review import NOTE, action_of, pressing
from vetting.risk.review import VERSION as TABLE
from vetting.risk.scales import Confidence, Status

SHOWN = 8
MOST_PROFILES = 200
"""How many profiles the review action of the method is told of: those of the elections that are voted on last."""


STATED = {"allegation": Allegation, "letter": CoalitionLetter}
# By how a citation names it: what is published without states of review, and may be cited for again.
WITHOUT_STATES: dict[str, type[Any]] = {
    "candidacy": Candidacy,
    "election": Election,
    "reply": Reply,
    "conflict_side__conflict": FactConflict,
}
CITED_BELOW = ("", "proceeding__", "reply__", "conflict_side__conflict__")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what it is, where it is worked on, and what to know before opening it."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pile:
    """A list of entries, the first of `count`, and the page with all of them."""

    title: str
    count: int
    entries: list[Entry]
    url: str = ""


def desk_of(person: User) -> list[Pile]:
    """What needs this person, most pressing first; piles that are empty are left out."""
    roles = roles_of(person)
    piles = [_returned(person)]
    if REVIEWERS & roles:
        piles += [_in_review(person), _grading("Second grades that are asked for", waiting_for_second(person))]
    if EDITORS & roles:
        piles.append(_grading("Two graders differ", on_which_two_differ()))
        piles += [_additions(person), *_unpublished(person)]
    piles += [_links(person), _drafts(person), _tasks(person)]
    if REVIEWERS & roles:
        piles.append(_actions())
    return [pile for pile in piles if pile.count]


def _url(record: Model, page: str = "change") -> str:
    args = [] if page == "changelist" else [record.pk]
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{page}", args=args)


def _pile(title: str, rows: QuerySet[Any], note: Callable[[Any], str], query: str = "") -> Pile:
    shown = [Entry(str(row), _url(row), note(row)) for row in rows[:SHOWN]]
    return Pile(title, rows.count(), shown, f"{_url(rows.model(), 'changelist')}{query}")


def _joined(title: str, *piles: Pile) -> Pile:
    entries = list(chain.from_iterable(pile.entries for pile in piles))[:SHOWN]
    return Pile(title, sum(pile.count for pile in piles), entries, piles[0].url)


def _mine(model: type[Allegation] | type[CoalitionLetter], person: User) -> QuerySet[Any]:
    return model._default_manager.filter(state=State.DRAFT, written_by=person)


def _returned(person: User) -> Pile:
    title = "Returned to you"
    rows = [_mine(model, person).exclude(state_reason="") for model in (Allegation, CoalitionLetter)]
    return _joined(title, *(_pile(title, some, lambda row: f"“{row.state_reason}”") for some in rows))


def _drafts(person: User) -> Pile:
    title = "Your drafts"
    rows = [
        _mine(model, person).filter(state_reason="").order_by("written_at") for model in (Allegation, CoalitionLetter)
    ]
    return _joined(title, *(_pile(title, some, lambda row: f"since {row.written_at:%d %B}") for some in rows))


def _in_review(person: User) -> Pile:
    def since(row: Any) -> str:
        whose = ", yours: another person reviews it" if row.written_by_id == person.pk else ""
        return f"waiting since {row.state_since:%d %B}{whose}" if row.state_since else ""

    oldest = F("state_since").asc(nulls_first=True)  # never by a grade, which may be hidden from who grades second
    rows = Allegation.objects.filter(state=State.IN_REVIEW).order_by(oldest, "pk")
    letters = CoalitionLetter.objects.filter(state=State.IN_REVIEW).order_by(oldest)
    title = "Waiting for review"
    return _joined(title, _pile(title, rows, since, "?state__exact=in+review"), _pile(title, letters, since))


def _grading(title: str, rows: QuerySet[Allegation]) -> Pile:
    entries = [
        Entry(str(row), _url(row, "grading"), str(row.candidate)) for row in rows.select_related("candidate")[:SHOWN]
    ]
    return Pile(title, rows.count(), entries, _url(Allegation(), "changelist"))


def _actions() -> Pile:
    """What the method has a reviewer do next about each profile, most pressing first; a note alone asks for nothing."""
    latest = F("contest__election__voted_latest").desc(nulls_first=True)
    rows = Candidacy.objects.published().select_related("candidate", "contest__election").order_by(latest, "pk")
    candidacies = list(rows[:MOST_PROFILES])
    profiles = {pk: found.profile for pk, found in standing(candidacies).items()}
    told = [(_action(profiles[row.pk]), row) for row in candidacies]
    asked = sorted(((action, row) for action, row in told if action != NOTE), key=lambda each: pressing(each[0]))
    entries = [Entry(str(row), _url(row), action) for action, row in asked[:SHOWN]]
    title = f"What the method asks for next (table {TABLE})"
    return Pile(title, len(asked), entries, _url(Candidacy(), "changelist"))


def _action(profile: Mapping[str, Any]) -> str:
    confidence = profile["confidence"]
    return action_of(Status(profile["status"]), profile["band"], Confidence(confidence) if confidence else None)


def _additions(person: User) -> Pile:
    """What is public and has something of others below it that waits; an editor approves both on its page."""
    title = "Additions that wait for approval"
    piles = [
        _pile(title, model._default_manager.filter(_holds(kind, person), state__in=PUBLIC), lambda row: row.state)
        for kind, model in STATED.items()
    ]
    cited = _by_others(Citation, person)
    piles += [
        _pile(title, _alone(model).filter(pk__in=cited.values(path), published_at__isnull=False), lambda _row: "cited")
        for path, model in WITHOUT_STATES.items()
    ]
    return _joined(title, *piles)


def _holds(kind: str, person: User) -> Q:
    """Whether below an allegation or a letter (`kind`) is something that another person wrote and nobody approved."""
    parts = (Proceeding, Reply, FactConflict) if kind == "allegation" else (Reply, FactConflict)
    found = [_by_others(part, person).values(kind) for part in parts]
    paths = [path for path in CITED_BELOW if kind == "allegation" or not path.startswith("proceeding")]
    found += [_by_others(Citation, person).values(f"{path}{kind}") for path in paths]
    return reduce(or_, (Q(pk__in=rows) for rows in found))


def _by_others(model: type[Any], person: User) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.filter(published_at__isnull=True).exclude(written_by=person)
    return rows


def _alone(model: type[Any]) -> QuerySet[Any]:
    """Records that are approved on a page of their own, not on that of an allegation or a letter."""
    rows: QuerySet[Any] = model._default_manager.all()
    return rows.filter(allegation__isnull=True, letter__isnull=True) if model in (Reply, FactConflict) else rows


def _unpublished(person: User) -> list[Pile]:
    def whose(row: Any) -> str:
        return f"by {row.written_by}"

    return [
        _pile(
            f"{model._meta.verbose_name_plural} to publish".capitalize(),
            _by_others(model, person).filter(pk__in=_alone(model).values("pk")).select_related("written_by"),
            whose,
        )
        for model in (Election, Candidate, Candidacy, Reply, FactConflict, ResearchCheck)
    ]


def _tasks(person: User) -> Pile:
    today = timezone.now().date()

    def due(task: ReviewTask) -> str:
        late = ", overdue" if task.due_on and task.due_on < today else ""
        about = task.allegation or task.letter or task.source
        return f"{about}, due {task.due_on:%d %B}{late}" if task.due_on else str(about)

    rows = ReviewTask.objects.filter(Q(assignee=person) | Q(assignee__isnull=True), done_at__isnull=True, kind="")
    return _pile("Open tasks", rows.select_related("allegation", "letter", "source"), due, "?done_at__isempty=1")


def _links(person: User) -> Pile:
    """What about links waits for a person, by kind; the links page has the rows."""
    page = reverse("admin:links")
    counts = {kind: count for kind, count in waiting(person).items() if kind}
    entries = [Entry(str(TITLES[kind][0]), f"{page}?kind={kind}", f"{count} waiting") for kind, count in counts.items()]
    return Pile("Links that need a look", sum(counts.values()), entries, page)
