"""Grading by two: what is hidden from whom, second gradings that are blind to the first, and what resolves them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from allegations.actions.evidence import FIELDS, Gradable, check_basis, evidence_change, grade, is_public, stored
from allegations.codes import Stance
from allegations.grading import WEIGHT, Pair, Part, last_pair
from allegations.models import Allegation, Citation, Grading, Proceeding, ReviewTask, Source
from allegations.queries import asking_for_two
from allegations.roles import roles_of
from allegations.workflow import EDITORS, REVIEWERS, Role, State, StepRefused

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Scale = Grading.Scale
MOVED_ON = "Someone has graded it since you opened the page; look at it again."
NOT_YOURS = {
    Part.FIRST: "Its author or a reviewer grades it; once it is public, an editor who did not write it.",
    Part.SECOND: "A reviewer who neither graded nor wrote it gives the second grade; once it is public, an editor.",
    Part.RESOLUTION: "An editor who gave neither of the two grades and did not write it decides between them.",
}
CLOSED = frozenset({State.SUPERSEDED.value, State.RETRACTED.value})
Subject = tuple[Gradable, Scale, bool]  # a record on a scale, and whether two graders are asked for
DIFFER = "Two graders differ; an editor decides on its page of grades."


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to grade: a record on a scale, whether the method asks for two graders, and its gradings in order.

    `is_public` tells whether the public sees its grade.
    """

    record: Gradable
    scale: Scale
    asks: bool
    is_public: bool
    rows: Sequence[Grading] = field(default=())

    @property
    def key(self) -> str:
        return key_of(self.record, self.scale)

    @property
    def pair(self) -> Pair | None:
        return last_pair(row.given for row in self.rows)

    @property
    def due(self) -> Part | None:
        """What it waits for."""
        pair = self.pair
        if pair is None or not pair.first.value:
            return Part.FIRST
        if pair.is_open:
            return Part.RESOLUTION
        return Part.SECOND if pair.is_single and self.asks else None

    def is_hidden_from(self, person: User) -> bool:
        """Whether this person may not see its grade: a second one is due, and the first is not theirs."""
        return self.due is Part.SECOND and self.pair is not None and self.pair.first.by != person.pk

    def may_give(self, person: User, held: frozenset[Role]) -> bool:
        """Whether this person, who holds these roles, may give what it waits for."""
        author = getattr(self.record, "written_by_id", None)
        pair, due = self.pair, self.due
        if author == person.pk:
            return due is Part.FIRST and not self.is_public
        wanted = EDITORS if due is Part.RESOLUTION or self.is_public else REVIEWERS
        before = {row.by for row in (pair.first, pair.second) if row} if pair and due is not Part.FIRST else set()
        return due is not None and bool(wanted & held) and person.pk not in before


def key_of(record: Gradable, scale: Scale) -> str:
    """The name of a grade among all: of which record it is, and on which scale."""
    return f"{scale.value}-{record.pk}"


def items_of(allegation: Allegation) -> list[Item]:
    """All that is graded of an allegation, in the order of a page: itself, its proceedings, its citations' sources."""
    cited = list(allegation.citations.select_related("source__publisher").order_by("pk"))
    asks = asking_for_two().filter(pk=allegation.pk).exists()
    elsewhere = set() if asks else _cited_where_two_are_asked_for(citation.source_id for citation in cited)
    subjects: list[Subject] = [(allegation, Scale.SEVERITY, asks), (allegation, Scale.LINK, asks)]
    subjects += [(row, Scale.FORUM, True) for row in allegation.proceedings.prefetch_related("steps")]
    for row in cited:
        subjects.append((row.source, Scale.RELIABILITY, asks or row.source_id in elsewhere))
        subjects.append((row, Scale.CREDIBILITY, asks))
    return _items(subjects)


def items_of_sources(sources: Iterable[Source]) -> list[Item]:
    """The reliability of each of these sources."""
    sources = list(sources)
    asked = _cited_where_two_are_asked_for(source.pk for source in sources)
    return _items([(source, Scale.RELIABILITY, source.pk in asked) for source in sources])


def _items(subjects: list[Subject]) -> list[Item]:
    """What is to be graded, each once, with its gradings."""
    given = _gradings(subjects)
    public = set(
        Citation.objects.filter(
            source__in=[record for record, *_ in subjects if isinstance(record, Source)], published_at__isnull=False
        ).values_list("source", flat=True)
    )
    found: dict[str, Item] = {}
    for record, scale, asked in subjects:
        shown = record.pk in public if isinstance(record, Source) else record.published_at is not None
        item = Item(record, scale, asked, shown, given[scale.value, record.pk])
        found[item.key] = item
    return list(found.values())


def item_of(record: Gradable, scale: Scale) -> Item:
    """One thing to grade as it stands now."""
    rows = Grading.objects.filter(**{_kind(record): record}, scale=scale).order_by("graded_at", "pk")
    return Item(record, scale, asks_for_two(record), is_public(record), list(rows))


def asks_for_two(record: Gradable) -> bool:
    """Tell whether the method asks for two graders of the grades of this record."""
    return bool(_asking([record]))


def hidden_among(records: Iterable[Gradable], person: User) -> set[str]:
    """The grades of some records that this person may not see before they have graded, too, as keys of items.

    Whatever prints a grade to a person who is signed in asks this, or an item. Costs one query, and two or three
    more where a grade is by one person alone.
    """
    records = list(records)
    subjects = [(record, scale, False) for record in records for scale in _scales_of(record)]
    given = _gradings(subjects)
    single = [one for one in subjects if _is_single(given.get((one[1].value, one[0].pk), ()))]
    asking = _asking(record for record, *_ in single)
    items = (
        Item(record, scale, (_kind(record), record.pk) in asking, False, given[scale.value, record.pk])
        for record, scale, _ in single
    )
    return {item.key for item in items if item.is_hidden_from(person)}


def hidden_scales(record: Gradable, person: User) -> set[Scale]:
    """The scales on which this person may not see the grade of a record before they have graded it, too."""
    hidden = hidden_among([record], person)
    return {scale for scale in _scales_of(record) if key_of(record, scale) in hidden}


def _scales_of(record: Gradable) -> list[Scale]:
    return [scale for scale, (model, _column) in FIELDS.items() if isinstance(record, model)]


def _is_single(rows: Iterable[Grading]) -> bool:
    pair = last_pair(row.given for row in rows)
    return pair is not None and pair.is_single


def _asking(records: Iterable[Gradable]) -> set[tuple[str, object]]:
    """Those of some records, by kind and id, of whose grades the method asks for two graders."""
    records = list(records)
    matter = {
        (_kind(row), row.pk): row.pk if isinstance(row, Allegation) else row.allegation_id
        for row in records
        if isinstance(row, Allegation | Citation)
    }
    wanted = {pk for pk in matter.values() if pk}
    asking = set(asking_for_two().filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    sources = [row.pk for row in records if isinstance(row, Source)]
    cited = _cited_where_two_are_asked_for(sources) if sources else set()
    found = {key for key, pk in matter.items() if pk in asking} | {("source", pk) for pk in cited}
    return found | {("proceeding", row.pk) for row in records if isinstance(row, Proceeding)}


def _kind(record: Gradable) -> str:
    return type(record).__name__.lower()


def _cited_where_two_are_asked_for(sources: Iterable[object]) -> set[object]:
    """Those of these sources that a matter cites of which the method asks for two graders."""
    cited = Citation.objects.filter(source__in=list(sources), allegation__in=asking_for_two())
    return set(cited.values_list("source", flat=True))


def _gradings(subjects: Iterable[Subject]) -> defaultdict[tuple[str, object], list[Grading]]:
    about = Q()
    for kind in (Allegation, Proceeding, Source, Citation):
        about |= Q(**{f"{kind.__name__.lower()}__in": [each for each, *_ in subjects if isinstance(each, kind)]})
    found: defaultdict[tuple[str, object], list[Grading]] = defaultdict(list)
    for row in Grading.objects.filter(about).select_related("graded_by", "basis__source").order_by("graded_at", "pk"):
        found[row.scale, row.allegation_id or row.proceeding_id or row.source_id or row.citation_id].append(row)
    return found


# Giving


def give(
    record: Gradable,
    scale: Scale,
    value: str,
    *,
    part: Part,
    first: int | None,
    by: User,
    reason: str,
    basis: Citation | None = None,
    at: datetime | None = None,
) -> Grading:
    """Give what a grade waits for: a first or a second grading, or the resolution of two that differ.

    `part` and `first`, the id of the grading that it answers, are what the person saw; when somebody was faster,
    nothing is done. `basis` is the citation on which the grade itself rests: one of a forum has it. Raises
    StepRefused, in words.
    """
    reason = reason.strip()
    if not reason:
        raise StepRefused("Say why this grade; the reason is kept with it.")
    if value not in list(WEIGHT[scale]):
        raise StepRefused(f"“{value}” is no grade of this scale.")
    with evidence_change():
        fresh = _locked(record)
        item = item_of(fresh, scale)
        _check(item, part, first, by)
        check_basis(fresh, value, basis)
        if part is Part.FIRST:
            given = grade(fresh, scale, value, by=by, reason=reason, basis=basis, at=at)
            assert given is not None, "a new reason makes a new row"
            return given
        return _answer(item, value, part=part, by=by, reason=reason, basis=basis, at=at or timezone.now())


def _locked(record: Gradable) -> Gradable:
    rows: QuerySet[Gradable] = type(record)._default_manager.select_for_update(of=("self",))
    return rows.get(pk=record.pk)


def _check(item: Item, part: Part, first: int | None, by: User) -> None:
    pair = item.pair
    if item.due is not part or (part is not Part.FIRST and pair is not None and pair.first.pk != first):
        raise StepRefused(MOVED_ON)
    if not item.may_give(by, roles_of(by)):
        raise StepRefused(NOT_YOURS[part])


def _answer(
    item: Item, value: str, *, part: Part, by: User, reason: str, basis: Citation | None, at: datetime
) -> Grading:
    assert item.pair is not None
    try:
        with transaction.atomic():
            row = Grading.objects.create(
                **{_kind(item.record): item.record},
                scale=item.scale,
                value=value,
                reason=reason,
                basis=basis,
                graded_by=by,
                graded_at=at,
                part=part.value,
                first_id=item.pair.first.pk,
                first_was_public=part is Part.SECOND and item.is_public,
            )
    except IntegrityError as error:  # somebody without this lock was faster
        raise StepRefused(MOVED_ON) from error
    stands = item_of(item.record, item.scale)
    _enter(stands)
    _tell(stands)
    return row


def _enter(item: Item) -> None:
    """Let the record carry the grade that counts now."""
    assert item.pair is not None
    _model, name = FIELDS[item.scale]
    against = not (isinstance(item.record, Citation) and item.record.stance == Stance.DISPUTES)
    value = stored(item.record, name, item.pair.column(item.scale, against=against))
    if value != getattr(item.record, name):
        setattr(item.record, name, value)
        item.record.save(update_fields=[name])


def _tell(item: Item) -> None:
    """Ask an editor where two differ; where nothing differs any more, the question is answered."""
    about = _matters(item.record)
    if item.due is Part.RESOLUTION and about:
        ReviewTask.objects.get_or_create(
            allegation=about[0], kind=ReviewTask.Kind.GRADERS, done_at=None, defaults={"reason": DIFFER}
        )
    tasks = ReviewTask.objects.filter(allegation__in=about, kind=ReviewTask.Kind.GRADERS, done_at=None)
    for task in tasks.select_related("allegation"):
        if task.allegation and not any(each.due is Part.RESOLUTION for each in items_of(task.allegation)):
            task.done_at = timezone.now()
            task.save(update_fields=["done_at"])


def _matters(record: Gradable) -> list[Allegation]:
    if isinstance(record, Allegation):
        return [record]
    if isinstance(record, Source):
        return list(Allegation.objects.filter(citations__source=record).order_by("written_at", "pk").distinct())
    return [record.allegation] if record.allegation else []
