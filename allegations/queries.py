"""Questions about the evidence that more than one edge asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import TYPE_CHECKING, Any, Protocol, overload

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    Window,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Collate, JSONObject, NullIf, RowNumber, TruncDate
from django.utils.functional import cached_property

from allegations.acts import USUAL_SEVERITY
from allegations.codes import LOST, LinkState, Stance
from allegations.grading import LINK_FOR_TWO, SEVERITY_FOR_TWO, STAGES_FOR_TWO, Pair, Part, last_pair
from allegations.models import (
    Allegation,
    Amendment,
    Citation,
    Grading,
    Origin,
    Proceeding,
    ReviewEvent,
    ReviewTask,
    Signature,
    Source,
)
from allegations.models.citation import TARGETS
from allegations.provenance import OriginNode
from allegations.roles import roles_of
from allegations.workflow import EDITORS, REVIEWERS, State
from allegations.workflow import STANDING as COUNTED

if TYPE_CHECKING:
    from django.contrib.auth.models import User


FALLEN = (State.SUPERSEDED, State.RETRACTED)
"""The states in which a record stands no more; no step leads back from them."""


class Cites(Protocol):
    """A citation, or a row that tells the same of one."""

    @property
    def origin_id(self) -> int | None: ...


def origins_of(citations: Iterable[Cites]) -> dict[Hashable, OriginNode]:
    """The origins that citations name, with all that those rest on, by id; one query for each level."""
    found: dict[Hashable, OriginNode] = {}
    wanted: set[Any] = {citation.origin_id for citation in citations if citation.origin_id}
    while wanted:
        level = Origin.objects.filter(pk__among=wanted).values_list("pk", "rests_on", "independence")
        found |= {row[0]: OriginNode(*row) for row in level}
        wanted = {node.rests_on for node in found.values() if node.rests_on} - found.keys()
    return found


def asking_for_two() -> QuerySet[Allegation]:
    """Allegations of which the method asks for two graders of every grade (methodology 2.12, safeguard 2)."""
    staged = Proceeding.objects.filter(allegation=OuterRef("pk"), steps__stage__in=sorted(STAGES_FOR_TWO))
    grave = Q(severity__gte=SEVERITY_FOR_TWO) | Q(link__gte=LINK_FOR_TWO)
    return Allegation.objects.filter(grave | _deviating() | Exists(staged))


def _deviating() -> Q:
    """Graded otherwise than the category table has the act."""
    found = Q()
    for usual in sorted({*USUAL_SEVERITY.values()}):
        acts = sorted(str(act) for act, each in USUAL_SEVERITY.items() if each == usual)
        found |= Q(act__in=acts) & (Q(severity__lt=usual) | Q(severity__gt=usual))
    return found


def pair_of(record: Allegation | Proceeding | Source | Citation, scale: str) -> Pair | None:
    """How the grade of a record on one scale stands; None before anybody has given it."""
    rows = Grading.objects.filter(**{type(record).__name__.lower(): record}, scale=scale)
    return last_pair(row.given for row in rows.order_by("graded_at", "pk"))


def waiting_for_second(person: User) -> QuerySet[Allegation]:
    """Allegations that are past their draft, with a grade of which a second one is due that this person may give."""
    held = roles_of(person)
    if not REVIEWERS & held:
        return Allegation.objects.none()
    newer = Grading.objects.filter(_same_thing(), part=Part.FIRST.value, scale=OuterRef("scale"), pk__gt=OuterRef("pk"))
    single = Grading.objects.filter(~Exists(newer), part=Part.FIRST.value, answers__isnull=True).exclude(value="")
    single = single.exclude(graded_by=person)
    matter = OuterRef("pk")
    own = Q(allegation=matter) & ~Q(allegation__written_by=person)
    cited = Q(citation__allegation=matter) & ~Q(citation__written_by=person)
    cited |= Q(source__citations__allegation=matter)
    forum = Q(proceeding__allegation=matter) & ~Q(proceeding__written_by=person)
    rows = Allegation.objects.filter(state__in=[State.IN_REVIEW, *COUNTED])
    if not EDITORS & held:
        rows = rows.filter(published_at__isnull=True)
    asked = Q(pk__in=asking_for_two().values("pk")) & Q(Exists(single.filter(own | cited)))
    return rows.filter(asked | Q(Exists(single.filter(forum)))).order_by("state_since", "pk")


def _same_thing() -> Q:
    same = Q()
    for name in ("allegation", "proceeding", "source", "citation"):
        same |= Q(**{name: OuterRef(name)})
    return same


def on_which_two_differ() -> QuerySet[Allegation]:
    """Allegations with a grade on which two people differ, so that an editor decides."""
    return Allegation.objects.filter(tasks__kind=ReviewTask.Kind.GRADERS, tasks__done_at=None).order_by("pk").distinct()


def graded_by_two() -> QuerySet[Grading, tuple[str, str, str, bool]]:
    """Of what the public sees and two people graded: the scale, both grades, and whether the first was public then."""
    public = Q(allegation__in=Allegation.objects.legible()) | Q(proceeding__in=Proceeding.objects.published())
    public |= Q(citation__in=Citation.objects.published()) | Q(source__in=Source.objects.published())
    rows = Grading.objects.filter(public, part=Grading.Part.SECOND).order_by("pk")
    return rows.values_list("scale", "first__value", "value", "first_was_public")


def fell_on(**record: Any) -> Subquery:
    """The day on which a record was first superseded or retracted."""
    fell = ReviewEvent.objects.filter(**record, reached__in=FALLEN).order_by("at", "pk")
    return Subquery(fell.values(day=TruncDate("at", tzinfo=UTC))[:1])


def moves(**record: Any) -> ArraySubquery:
    """The steps that moved a record, in order: the state that each `left`, the one it `reached`, and its `day`."""
    steps = ReviewEvent.objects.filter(**record).exclude(left=F("reached")).order_by("at", "pk")
    row = JSONObject(left="left", reached="reached", day=TruncDate("at", tzinfo=UTC))
    return ArraySubquery(steps.values(json=row))


def signed(known: date | None = None) -> QuerySet[Signature]:
    """Who had signed and not withdrawn, as known on a day or, without one, today; `placed` is the country of then."""
    if known is None:
        return Signature.objects.filter(withdrawn="").annotate(placed=F("country"))
    later = Amendment.objects.filter(signature=OuterRef("pk"), at__date__gt=known).order_by("at", "pk")
    rows = Signature.objects.filter(Q(recorded_at=None) | Q(recorded_at__date__lte=known))
    rows = rows.annotate(was=Subquery(later.values("was")[:1]))
    stood = Q(was__withdrawn=False) | Q(was__isnull=True, withdrawn="")
    return rows.filter(stood).annotate(placed=Coalesce(KT("was__country"), "country", output_field=TextField()))


def counts_in_public(record: Source | Origin) -> bool:
    """Tell whether what the public sees rests on this source or origin, so that only an editor changes it."""
    return published_on(record).exists()


def published_on(record: Source | Origin) -> QuerySet[Citation]:
    """Published citations that rest on a source, or on an origin or one that rests on it."""
    published = Citation.objects.filter(published_at__isnull=False)
    if isinstance(record, Source):
        return published.filter(source=record)
    above, wanted = {record.pk}, {record.pk}
    while wanted:
        wanted = set(Origin.objects.filter(rests_on__in=wanted).values_list("pk", flat=True)) - above
        above |= wanted
    return published.filter(origin__in=above)


def rests_on_work_of(record: Source | Origin, person: User) -> bool:
    """Tell whether this person wrote a published citation that rests on it."""
    return published_on(record).filter(written_by=person.pk).exists()


@dataclass(frozen=True, slots=True)
class Support:
    """A source on which published statements rest alone: if its link dies, they stand unsupported.

    `lost` tells that it is lost already; `statements` are the records that cite it, each once, the first of `count`.
    """

    source: Source
    statements: tuple[Model, ...]
    lost: bool
    count: int = 0

    @property
    def troubled(self) -> bool:
        """Whether the last check did not show the page."""
        return self.source.state not in STANDING

    @property
    def more(self) -> int:
        """How many statements rest on it besides those that are named."""
        return max(0, self.count - len(self.statements))


STANDING = (LinkState.NEW, LinkState.ALIVE, LinkState.MOVED)
STATEMENTS_NAMED = 20  # of one source


class LastSupports(Sequence[Support]):
    """The sources without an archived copy that alone support a published statement; the lost first, then troubled.

    To be cut as a list is: only what is cut out is fetched, and they are counted once.
    """

    def __init__(self) -> None:
        cited = _alone()
        lost, troubled = Q(source__state__in=LOST), ~Q(source__state__in=STANDING)
        title = Coalesce(NullIf("source__title", Value("")), "source__url", output_field=TextField())
        self._cited = cited
        self._sources = cited.values_list("source").annotate(
            count=sum((Count(name, distinct=True) for name in TARGETS), Value(0)),
            lost=ExpressionWrapper(lost, BooleanField()),
            troubled=ExpressionWrapper(troubled, BooleanField()),
            title=Collate(title, "C"),
        )

    @cached_property
    def _length(self) -> int:
        count: int = self._cited.aggregate(n=Count("source", distinct=True))["n"]
        return count

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> Support: ...
    @overload
    def __getitem__(self, place: slice) -> list[Support]: ...
    def __getitem__(self, place: int | slice) -> Support | list[Support]:
        return self._cut(place) if isinstance(place, slice) else self._cut(slice(place, place + 1))[0]

    def __iter__(self) -> Iterator[Support]:
        return iter(self[:])

    def _cut(self, cut: slice) -> list[Support]:
        rows = self._sources.order_by("-lost", "-troubled", "-count", "title", "source")[cut]
        counts = {pk: count for pk, count, *_order in rows}
        sources = Source.objects.select_related("host").in_bulk(counts)
        named = self._named(counts)
        return [
            Support(sources[pk], tuple(named[pk].values()), sources[pk].is_lost, count) for pk, count in counts.items()
        ]

    def _named(self, sources: Iterable[Any]) -> defaultdict[Any, dict[tuple[str, Any], Model]]:
        """The first statements that rest on each of these sources alone."""
        place = Window(RowNumber(), partition_by="source", order_by="pk")
        cited = self._cited.filter(source__in=list(sources)).annotate(place=place).filter(place__lte=STATEMENTS_NAMED)
        found: defaultdict[Any, dict[tuple[str, Any], Model]] = defaultdict(dict)
        for citation in cited.select_related(*TARGETS).order_by("pk"):
            found[citation.source_id][_target(citation)] = citation.statement
        return found


def last_supports() -> LastSupports:
    """The sources on which a published statement rests alone."""
    return LastSupports()


def _alone() -> QuerySet[Citation]:
    """Published support by a source that is not archived, where no other that stands supports the same statement.

    What is lost is its last support too, if all others are lost. A statement that the public may see is the same for
    all citations of it, so that of the others only their own publication is asked.
    """
    stands = Q(source__archived=True) | ~Q(source__state__in=LOST)
    others = Citation.objects.filter(stands, published_at__isnull=False, stance=Stance.SUPPORTS)
    others = others.exclude(source=OuterRef("source"))
    cited = Citation.objects.published().filter(stance=Stance.SUPPORTS, source__archived=False)
    return cited.filter(*(~Exists(others.filter(**{name: OuterRef(name)})) for name in TARGETS)).order_by()


def _target(citation: Citation) -> tuple[str, Any]:
    ids = ((name, getattr(citation, f"{name}_id")) for name in TARGETS)
    return next((name, pk) for name, pk in ids if pk is not None)
