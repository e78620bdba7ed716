"""The rows that a risk profile rests on, each kind read once, with every day that bears on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import UTC, date
from typing import Any, NamedTuple, TypeVar

from django.db.models import Case, DateField, OuterRef, QuerySet, Subquery, TextField, When
from django.db.models.functions import Cast, TruncDate

from allegations.codes import LOST
from allegations.grading import UNASSESSED
from allegations.models import Allegation, Capture, Citation, CoalitionLetter, ProceedingStep, Reply
from allegations.queries import FALLEN, fell_on
from allegations.workflow import PUBLIC
from candidates.models import Candidacy, ResearchCheck
from vetting.histories import (
    AmendmentRow,
    Amendments,
    amendments_of,
    anything_after,
    gradings_by_two,
    gradings_of,
    moves_of,
)

AnyRow = TypeVar("AnyRow", bound=tuple[Any, ...])
About = tuple[int, int]
"""A published matter: the candidate, and its number among the matters of the candidate."""


class AllegationRow(NamedTuple):
    """An allegation that ever was public; `day` is that of its publication, `person_since` that of the person's."""

    candidate: int
    tag: int
    pk: str
    day: date
    person_since: date
    first_alleged_earliest: date | None
    first_alleged_latest: date | None
    state: str
    fell_on: date | None
    merged_into: object
    severity: int | None
    link: int | None
    act: str

    @property
    def recorded(self) -> date:
        """The day by which it and its person were on record."""
        return max(self.day, self.person_since)


class CitationRow(NamedTuple):
    """A published citation with what its source says of itself; a copy of that is `kept_since` a day."""

    candidate: int
    tag: int
    pk: int
    stance: str
    day: date
    derived_from_id: int | None
    origin_id: int | None
    source_id: str
    dated_earliest: date | None
    dated_latest: date | None
    state: str
    archived: bool
    kept_since: date | None
    reliability: str
    credibility: int | None


class StepRow(NamedTuple):
    """One stage of a published proceeding, with the forum of that; `day` is when both were on record."""

    candidate: int
    tag: int
    proceeding_id: int
    stage: str
    final: bool
    on_merits: bool
    published: date
    recorded: date
    reached_earliest: date | None
    reached_latest: date | None
    forum: str


class CheckRow(NamedTuple):
    candidacy: int
    kind: int
    result: str
    done_on: date
    day: date


class ReplyRow(NamedTuple):
    """A published reply about a candidacy or, if `candidate` and `tag` say which, about a matter."""

    candidacy: int | None
    candidate: int | None
    tag: int | None
    day: date
    kind: str
    speaker: str
    with_evidence: bool
    asked_by_us: bool
    asked_earliest: date | None
    asked_latest: date | None
    due_latest: date | None
    answered_earliest: date | None
    answered_latest: date | None


class Rows:
    """What was ever published about several candidacies, each kind of row read once.

    With a day `since`, what can bear on no day from that one on is not asked for: grades, losses, amendments.
    """

    def __init__(self, candidacies: Sequence[Candidacy], since: date | None = None) -> None:
        ids = [candidacy.pk for candidacy in candidacies]
        people = {candidacy.candidate_id for candidacy in candidacies}
        lean = since is not None and not anything_after(since)
        allegations = _read(AllegationRow, _allegations(people))
        self.about: dict[About, AllegationRow] = {(row.candidate, row.tag): row for row in allegations}
        cited = [*_read(CitationRow, _citations(people, lean=lean))]
        self.citations = _of_matters(cited)
        self.steps = _of_matters(_read(StepRow, _steps(people)))
        unassessed = (row.proceeding_id for rows in self.steps.values() for row in rows if row.forum == UNASSESSED)
        self.gradings = gradings_by_two(people, unassessed) if lean else gradings_of(people)
        # What is lost, and moves no more, is lost on every day from now on, whenever it was lost.
        self.moves = {} if lean else moves_of(row.source_id for row in cited)
        # None where nobody asks what was said before it was amended.
        self.amended: Amendments | None = None if lean else amendments_of(ids, people)
        self.checks: defaultdict[int, list[CheckRow]] = defaultdict(list)
        for check in _read(CheckRow, _checks(ids)):
            self.checks[check.candidacy].append(check)
        self._replies: defaultdict[Hashable, list[ReplyRow]] = defaultdict(list)
        for reply in _read(ReplyRow, _replies(ids, people)):
            if reply.candidacy or (reply.candidate, reply.tag) in self.about:
                self._replies[reply.candidacy or ("person", reply.candidate)].append(reply)
        self.letters: defaultdict[int, list[Any]] = defaultdict(list)
        for letter in _letters(ids):
            for candidacy in letter.candidacies.all():
                self.letters[candidacy.pk].append(letter)

    def merges_of(self, allegation: AllegationRow) -> Sequence[AmendmentRow]:
        """Return when an allegation was merged, or parted again, as far as anybody kept the day."""
        return self.amended.get(("allegation", allegation.pk), ()) if self.amended else ()

    def replies_to(self, candidacy: Candidacy) -> list[ReplyRow]:
        """Return the replies about a candidacy and about the matters of its person."""
        return self._replies[candidacy.pk] + self._replies["person", candidacy.candidate_id]


def _read(kind: type[AnyRow], rows: QuerySet[Any, Any]) -> Iterable[AnyRow]:
    return map(kind._make, rows)  # type: ignore[attr-defined]


Of = TypeVar("Of", CitationRow, StepRow)


def _of_matters(rows: Iterable[Of]) -> defaultdict[About, list[Of]]:
    found: defaultdict[About, list[Of]] = defaultdict(list)
    for row in rows:
        found[row.candidate, row.tag].append(row)
    return found


def _day(moment: str) -> Cast:
    """The day of a moment in UTC, which is the time zone of every connection."""
    return Cast(moment, DateField())


def _text(key: str) -> Cast:
    """A UUID as text, which takes a third of the time to read and to look up."""
    return Cast(key, TextField())


def _allegations(people: set[int]) -> QuerySet[Any, Any]:
    """Every allegation that ever was public, also what was superseded, retracted or merged since."""
    rows = Allegation.objects.published().filter(candidate__among=people).order_by("candidate", "tag")
    return rows.values_list(
        "candidate",
        "tag",
        _text("pk"),
        _day("published_at"),
        _day("candidate__published_at"),
        "first_alleged_earliest",
        "first_alleged_latest",
        "state",
        Case(When(state__in=FALLEN, then=fell_on(allegation=OuterRef("pk")))),
        "merged_into",
        "severity",
        "link",
        "act",
    )


def _citations(people: set[int], *, lean: bool) -> QuerySet[Any, Any]:
    rows = Citation.objects.filter(published_at__isnull=False, allegation__candidate__among=people).order_by("pk")
    kept = {"source__archived": True} | ({"source__state__in": LOST} if lean else {})
    return rows.values_list(
        "allegation__candidate",
        "allegation__tag",
        "pk",
        "stance",
        _day("published_at"),
        "derived_from",
        "origin",
        _text("source"),
        "source__dated_earliest",
        "source__dated_latest",
        "source__state",
        "source__archived",
        Case(When(**kept, then=_kept_since())),
        "source__reliability",
        "credibility",
    )


def _steps(people: set[int]) -> QuerySet[Any, Any]:
    rows = ProceedingStep.objects.filter(
        proceeding__published_at__isnull=False, proceeding__allegation__candidate__among=people
    )
    of_one = ("proceeding__jurisdiction", "proceeding", "reached_earliest", "pk")
    return rows.order_by(*of_one).values_list(
        "proceeding__allegation__candidate",
        "proceeding__allegation__tag",
        "proceeding",
        "stage",
        "final",
        "on_merits",
        _day("proceeding__published_at"),
        _day("recorded_at"),
        "reached_earliest",
        "reached_latest",
        "proceeding__forum",
    )


def _checks(candidacies: Sequence[int]) -> QuerySet[Any, Any]:
    rows = ResearchCheck.objects.filter(candidacy__among=candidacies, published_at__isnull=False)
    return rows.order_by("done_on", "pk").values_list("candidacy", "kind", "result", "done_on", _day("published_at"))


def _replies(candidacies: Sequence[int], people: set[int]) -> QuerySet[Any, Any]:
    """Those about candidacies and those about matters, asked for apart, for each has an index of its own."""
    rows = Reply.objects.filter(published_at__isnull=False).order_by()
    columns = (
        "candidacy",
        "allegation__candidate",
        "allegation__tag",
        _day("published_at"),
        "kind",
        "speaker",
        "with_evidence",
        "asked_by_us",
        "asked_earliest",
        "asked_latest",
        "due_latest",
        "answered_earliest",
        "answered_latest",
    )
    of_candidacies = rows.filter(candidacy__among=candidacies).values_list(*columns)
    return of_candidacies.union(rows.filter(allegation__candidate__among=people).values_list(*columns), all=True)


def _letters(candidacies: Sequence[int]) -> QuerySet[Any]:
    rows: QuerySet[Any] = CoalitionLetter.objects.in_states(PUBLIC).filter(candidacies__in=candidacies).distinct()
    rows = rows.annotate(fell_on=fell_on(letter=OuterRef("pk")))
    return rows.prefetch_related("candidacies", "signatures")


def _kept_since() -> Subquery:
    """The day of the first copy that is kept as evidence and is undamaged."""
    copies = Capture.objects.evidence().filter(source=OuterRef("source"), file__fault="").order_by("captured_at")
    return Subquery(copies.values(day=TruncDate("captured_at", tzinfo=UTC))[:1])
