"""The rows that a risk profile rests on, each kind read once, with every day that bears on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, DateField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Cast, JSONObject, TruncDate
from django.db.models.lookups import IsNull

from allegations.codes import LOST
from allegations.grading import UNASSESSED
from allegations.models import (
    Allegation,
    Capture,
    Citation,
    CoalitionLetter,
    Grading,
    LinkEvent,
    ProceedingStep,
    Reply,
    ReviewEvent,
)
from allegations.workflow import PUBLIC, State
from candidates.models import Candidacy, ResearchCheck

AnyRow = TypeVar("AnyRow", bound=tuple[Any, ...])
Given = Sequence[Mapping[str, Any]]
"""Gradings as `graded` reads them."""
About = tuple[int, int]
"""A published matter: the candidate, and its number among the matters of the candidate."""

NEVER = Q(pk__in=())
FALLEN = (State.SUPERSEDED, State.RETRACTED)
"""The states in which a record stands no more; no step leads back from them."""


class AllegationRow(NamedTuple):
    """An allegation that ever was public; `day` is that of its publication, `person_since` that of the person's."""

    candidate: int
    tag: int
    day: date
    person_since: date
    first_alleged_earliest: date | None
    first_alleged_latest: date | None
    state: str
    fell_on: date | None
    merged_into: object
    severity: int | None
    link: int | None
    graded: Given | None

    @property
    def recorded(self) -> date:
        """The day by which it and its person were on record."""
        return max(self.day, self.person_since)


class CitationRow(NamedTuple):
    """A published citation with what its source says of itself; `moves` and `kept_since` are about its link."""

    candidate: int
    tag: int
    pk: int
    stance: str
    day: date
    derived_from_id: int | None
    origin_id: int | None
    dated_earliest: date | None
    dated_latest: date | None
    state: str
    archived: bool
    moves: Given | None
    kept_since: date | None
    reliability: str
    source_graded: Given | None
    credibility: int | None
    graded: Given | None


class StepRow(NamedTuple):
    """One stage of a published proceeding, with the forum of that; `day` is when both were on record."""

    candidate: int
    tag: int
    stage: str
    final: bool
    on_merits: bool
    published: date
    recorded: date
    reached_earliest: date | None
    reached_latest: date | None
    forum: str
    graded: Given | None


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
    with_evidence: bool
    asked_by_us: bool
    asked_earliest: date | None
    asked_latest: date | None
    due_latest: date | None
    answered_earliest: date | None
    answered_latest: date | None


class Rows:
    """What was ever published about several candidacies, each kind of row read once.

    With a day `since`, grades and losses that can bear on no day from that one on are not asked for.
    """

    def __init__(self, candidacies: Sequence[Candidacy], since: date | None = None) -> None:
        ids = [candidacy.pk for candidacy in candidacies]
        people = {candidacy.candidate_id for candidacy in candidacies}
        allegations = _read(AllegationRow, _allegations(people, since))
        self.about: dict[About, AllegationRow] = {(row.candidate, row.tag): row for row in allegations}
        self.citations = _of_matters(_read(CitationRow, _citations(people, since)))
        self.steps = _of_matters(_read(StepRow, _steps(people, since)))
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


def _allegations(people: set[int], since: date | None) -> QuerySet[Any, Any]:
    """Every allegation that ever was public, also what was superseded, retracted or merged since."""
    rows = Allegation.objects.published().filter(candidate__in=people).order_by("candidate", "tag")
    return rows.values_list(
        "candidate",
        "tag",
        _day("published_at"),
        _day("candidate__published_at"),
        "first_alleged_earliest",
        "first_alleged_latest",
        "state",
        Case(When(state__in=FALLEN, then=_fell_on(allegation=OuterRef("pk")))),
        "merged_into",
        "severity",
        "link",
        _grades(since, allegation=OuterRef("pk")),
    )


def _citations(people: set[int], since: date | None) -> QuerySet[Any, Any]:
    rows = Citation.objects.filter(published_at__isnull=False, allegation__candidate__in=people).order_by("pk")
    events = LinkEvent.objects.filter(source=OuterRef("source"))
    lost: Any = Q()
    if since is not None:
        lost = Q(source__state__in=LOST) | Q(_any(events.filter(at__gte=_end_of(since))))
    return rows.values_list(
        "allegation__candidate",
        "allegation__tag",
        "pk",
        "stance",
        _day("published_at"),
        "derived_from",
        "origin",
        "source__dated_earliest",
        "source__dated_latest",
        "source__state",
        "source__archived",
        _where(lost, _moves(events)),
        _where(lost & Q(source__archived=True), _kept_since()),
        "source__reliability",
        _grades(since, source=OuterRef("source")),
        "credibility",
        _grades(since, citation=OuterRef("pk")),
    )


def _steps(people: set[int], since: date | None) -> QuerySet[Any, Any]:
    rows = ProceedingStep.objects.filter(
        proceeding__published_at__isnull=False, proceeding__allegation__candidate__in=people
    )
    of_one = ("proceeding__jurisdiction", "proceeding", "reached_earliest", "pk")
    return rows.order_by(*of_one).values_list(
        "proceeding__allegation__candidate",
        "proceeding__allegation__tag",
        "stage",
        "final",
        "on_merits",
        _day("proceeding__published_at"),
        _day("recorded_at"),
        "reached_earliest",
        "reached_latest",
        "proceeding__forum",
        # A forum that nobody graded and one graded as not assessed have one column, and only one of them is a grade.
        _grades(since, Q(proceeding__forum=UNASSESSED), proceeding=OuterRef("proceeding")),
    )


def _checks(candidacies: Sequence[int]) -> QuerySet[Any, Any]:
    rows = ResearchCheck.objects.filter(candidacy__in=candidacies, published_at__isnull=False)
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
        "with_evidence",
        "asked_by_us",
        "asked_earliest",
        "asked_latest",
        "due_latest",
        "answered_earliest",
        "answered_latest",
    )
    of_candidacies = rows.filter(candidacy__in=candidacies).values_list(*columns)
    return of_candidacies.union(rows.filter(allegation__candidate__in=people).values_list(*columns), all=True)


def _letters(candidacies: Sequence[int]) -> QuerySet[Any]:
    rows: QuerySet[Any] = CoalitionLetter.objects.in_states(PUBLIC).filter(candidacies__in=candidacies).distinct()
    rows = rows.annotate(fell_on=_fell_on(letter=OuterRef("pk")))
    return rows.prefetch_related("candidacies", "signatures")


def graded(**record: Any) -> ArraySubquery:
    """The gradings of a record, the last one given at the end; a column for `dated.grades`."""
    day = TruncDate("graded_at", tzinfo=UTC)
    row = JSONObject(pk="pk", part="part", first="first", scale="scale", value="value", day=day)
    return ArraySubquery(Grading.objects.filter(**record).order_by("graded_at", "pk").values(row=row))


def _grades(since: date | None, always: Q = NEVER, **record: Any) -> Any:
    """The gradings of a record; none where from the day `since` on its columns say the same as they would."""
    if since is None:
        return graded(**record)
    later, by_two = Q(graded_at__gte=_end_of(since)), ~Q(part=Grading.Part.FIRST)
    return _where(always | Q(_any(Grading.objects.filter(later | by_two, **record))), graded(**record))


def _any(rows: QuerySet[Any]) -> IsNull:
    """Whether there is any such row; asked for each record by an index, where EXISTS may read the whole table once."""
    return IsNull(Subquery(rows.order_by().values("pk")[:1]), False)


def _where(condition: Any, then: Any) -> Any:
    """A column that is only asked for where a condition holds, and empty elsewhere."""
    return Case(When(condition, then=then)) if condition else then


def _end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


def _fell_on(**record: Any) -> Subquery:
    """The day on which a record was first superseded or retracted."""
    fell = ReviewEvent.objects.filter(**record, reached__in=FALLEN).order_by("at", "pk")
    return Subquery(fell.values(day=TruncDate("at", tzinfo=UTC))[:1])


def _moves(events: QuerySet[LinkEvent]) -> ArraySubquery:
    """When the link of a citation's source was lost and found, in order."""
    row = JSONObject(reached="reached", day=TruncDate("at", tzinfo=UTC))
    moved = events.filter(Q(left__in=LOST) | Q(reached__in=LOST)).order_by("at", "pk")
    return ArraySubquery(moved.values(row=row))


def _kept_since() -> Subquery:
    """The day of the first copy that is kept as evidence and is undamaged."""
    copies = Capture.objects.evidence().filter(source=OuterRef("source"), file__fault="").order_by("captured_at")
    return Subquery(copies.values(day=TruncDate("captured_at", tzinfo=UTC))[:1])
