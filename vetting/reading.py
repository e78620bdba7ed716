"""The rows that a risk profile rests on, each kind read once, with every day that bears on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject, TruncDate

from allegations.codes import LOST
from allegations.models import (
    Allegation,
    Capture,
    Citation,
    CoalitionLetter,
    Grading,
    LinkEvent,
    Proceeding,
    Reply,
    ReviewEvent,
)
from allegations.workflow import PUBLIC, State
from candidates.models import Candidacy, ResearchCheck

Row = TypeVar("Row", ResearchCheck, Reply)

FALLEN = (State.SUPERSEDED, State.RETRACTED)
"""The states in which a record stands no more; no step leads back from them."""


class Rows:
    """What was ever published about several candidacies, each kind of row read once.

    Allegations carry `graded`, `fell_on` and `person_since`, proceedings `graded`, citations `graded`,
    `source_graded`, `moves` of their link and `kept_since`, letters `fell_on`.
    """

    def __init__(self, candidacies: Sequence[Candidacy]) -> None:
        ids = [candidacy.pk for candidacy in candidacies]
        people = {candidacy.candidate_id for candidacy in candidacies}
        self.allegations: list[Any] = list(_allegations(people))
        self.about = {allegation.pk: allegation for allegation in self.allegations}
        self.checks = _by_candidacy(_checks(ids))
        replies = list(_replies(ids, self.allegations))
        self.replies = _by_candidacy(reply for reply in replies if reply.candidacy_id)
        self.replies_about: defaultdict[int, list[Reply]] = defaultdict(list)
        for reply in replies:
            if reply.allegation_id:
                self.replies_about[self.about[reply.allegation_id].candidate_id].append(reply)
        self.letters: defaultdict[int, list[Any]] = defaultdict(list)
        for letter in _letters(ids):
            for candidacy in letter.candidacies.all():
                self.letters[candidacy.pk].append(letter)

    def replies_to(self, candidacy: Candidacy) -> list[Reply]:
        """Return the replies about a candidacy and about the matters of its person."""
        return self.replies[candidacy.pk] + self.replies_about[candidacy.candidate_id]

    def citations(self) -> Iterable[Citation]:
        """Yield every published citation of the allegations."""
        for allegation in self.allegations:
            yield from allegation.citations.all()


def _allegations(people: set[int]) -> QuerySet[Any]:
    """Every allegation that ever was public, also what was superseded, retracted or merged since."""
    cited = Citation.objects.filter(published_at__isnull=False).select_related("source")
    cited = cited.annotate(
        graded=_graded(citation=OuterRef("pk")),
        source_graded=_graded(source=OuterRef("source")),
        moves=_moves(),
        kept_since=_kept_since(),
    )
    proceedings = Proceeding.objects.filter(published_at__isnull=False).prefetch_related("steps")
    proceedings = proceedings.annotate(graded=_graded(proceeding=OuterRef("pk")))
    rows: QuerySet[Any] = Allegation.objects.published().filter(candidate__in=people)
    rows = rows.annotate(
        graded=_graded(allegation=OuterRef("pk")),
        fell_on=_fell_on(allegation=OuterRef("pk")),
        person_since=F("candidate__published_at"),
    )
    return rows.order_by("tag").prefetch_related(Prefetch("citations", cited), Prefetch("proceedings", proceedings))


def _by_candidacy(rows: Iterable[Row]) -> defaultdict[int | None, list[Row]]:
    found: defaultdict[int | None, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.candidacy_id].append(row)
    return found


def _checks(candidacies: Iterable[int]) -> QuerySet[ResearchCheck]:
    rows = ResearchCheck.objects.filter(candidacy__in=candidacies, published_at__isnull=False)
    return rows.order_by("done_on", "pk")


def _replies(candidacies: Iterable[int], allegations: Iterable[Allegation]) -> QuerySet[Reply]:
    about = Q(candidacy__in=candidacies) | Q(allegation__in=allegations)
    return Reply.objects.filter(about, published_at__isnull=False)


def _letters(candidacies: Iterable[int]) -> QuerySet[Any]:
    rows: QuerySet[Any] = CoalitionLetter.objects.in_states(PUBLIC).filter(candidacies__in=candidacies).distinct()
    rows = rows.annotate(fell_on=_fell_on(letter=OuterRef("pk")))
    return rows.prefetch_related("candidacies", "signatures")


def _graded(**record: Any) -> ArraySubquery:
    """The gradings of a record, the last one given at the end."""
    row = JSONObject(scale="scale", value="value", day=TruncDate("graded_at", tzinfo=UTC))
    return ArraySubquery(Grading.objects.filter(**record).order_by("graded_at", "pk").values(row=row))


def _fell_on(**record: Any) -> Subquery:
    """The day on which a record was first superseded or retracted."""
    fell = ReviewEvent.objects.filter(**record, reached__in=FALLEN).order_by("at", "pk")
    return Subquery(fell.values(day=TruncDate("at", tzinfo=UTC))[:1])


def _moves() -> ArraySubquery:
    """When the link of a citation's source was lost and found, in order."""
    events = LinkEvent.objects.filter(Q(left__in=LOST) | Q(reached__in=LOST), source=OuterRef("source"))
    row = JSONObject(reached="reached", day=TruncDate("at", tzinfo=UTC))
    return ArraySubquery(events.order_by("at", "pk").values(row=row))


def _kept_since() -> Subquery:
    """The day of the first copy that is kept as evidence and is undamaged."""
    copies = Capture.objects.evidence().filter(source=OuterRef("source"), file__fault="").order_by("captured_at")
    return Subquery(copies.values(day=TruncDate("captured_at", tzinfo=UTC))[:1])
