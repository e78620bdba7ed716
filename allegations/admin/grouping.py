"""The page on the origins of a record's citations: how they count now, what suggests otherwise, and what is decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from allegations.actions.grading import hidden_among, key_of
from allegations.actions.origins.deciding import LABEL, LONGEST_REASON, decide
from allegations.actions.origins.telling import Cluster, Pair, Statement, statements_of
from allegations.admin.base import address, person, roles, root
from allegations.models import Allegation, Citation, CoalitionLetter, Grading, Origin, OriginDecision
from allegations.models.allegation import Reviewed
from allegations.origins import MOST_CITATIONS, Kind, Passage
from allegations.rubrics import ORIGINS
from allegations.workflow import REVIEWERS, State, StepRefused

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Strength = Callable[[str], float]  # of a grade such as B2; the method has it
KINDS: dict[str, type[Reviewed]] = {"allegation": Allegation, "letter": CoalitionLetter}
MAY = "allegations.view_citation"
A_PAGE = 50
UNGRADED = -1.0


@dataclass(frozen=True, slots=True)
class Graded:
    """A citation and its grade (empty until both halves are given), which may be hidden from who looks."""

    citation: Citation
    grade: str
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Citations that count as one: the one that counts, and the repeats beneath it.

    Where a grade is hidden, they stand in the order in which they came on record, for which of them counts would
    tell it.
    """

    label: str
    independence: str
    best: Graded
    repeats: list[Graded]

    @property
    def is_open(self) -> bool:
        """Whether it may be told which of them counts."""
        return not self.repeats or not any(graded.is_hidden for graded in (self.best, *self.repeats))


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: of what kind, what it is in words, what a citation says itself, and which citation that is."""

    kind: _StrPromise
    words: str
    said: str
    by: Citation | None


@dataclass(frozen=True, slots=True)
class Question:
    """Two citations that may have one origin, the signs of that, and the decision that was refused a moment ago."""

    pair: Pair
    signs: list[Sign]
    passages: list[Passage]
    refused: str = ""
    typed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counted:
    """The citations of a statement with one stance: how they count, and what is asked about them."""

    stance: str
    code: str
    groups: list[Group]
    questions: list[Question]
    left_out: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement with its page, its citations by stance, and the decisions on them."""

    record: Model
    url: str
    sides: list[Counted]
    decisions: list[OriginDecision]


@dataclass(frozen=True, slots=True)
class Refused:
    """The decision that was refused: on which two citations, why, and what was typed."""

    pair: tuple[str, str]
    words: str
    typed: dict[str, str]


KIND_WORDS = {
    Kind.SAME_TEXT: _("the same text"),
    Kind.NEAR: _("nearly the same text"),
    Kind.WIRE: _("one news agency"),
    Kind.ATTRIBUTED: _("one names the other"),
    Kind.QUOTED: _("the same words quoted"),
}


def urls(site: AdminSite, *, strength: Strength) -> list[URLPattern]:
    """The addresses of the pages, to stand below those of the reviewers’ site."""

    def index(request: HttpRequest) -> HttpResponseBase:
        return listed(request, site)

    def record(request: HttpRequest, kind: str, pk: str) -> HttpResponseBase:
        return page(request, site, kind, pk, strength)

    return [
        path("origins/", site.admin_view(require_safe(index)), name="origins_index"),
        path("origins/<str:kind>/<str:pk>/", site.admin_view(record), name="origins"),
    ]


def listed(request: HttpRequest, site: AdminSite) -> HttpResponseBase:
    """The records with citations that might be grouped, the latest first."""
    _check(request)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else "allegation"
    pages = Paginator(_several(kind), A_PAGE).get_page(request.GET.get("page"))
    context = {**site.each_context(request), "title": _("Origins"), "pages": pages, "kind": kind}
    return TemplateResponse(request, "admin/origins_index.html", context)


def _several(kind: str) -> QuerySet[Any]:
    """Records that count, with at least two citations of one stance: how many citations and decisions they have."""
    cited = Citation.objects.filter(**{f"{kind}__isnull": False}).order_by()
    several = cited.values(kind, "stance").annotate(n=Count("pk")).filter(n__gte=2).values(kind)
    decided = OriginDecision.objects.filter(**{f"first__{kind}": OuterRef("pk")}).order_by()
    count = decided.values(f"first__{kind}").annotate(n=Count("pk")).values("n")
    rows: QuerySet[Any] = KINDS[kind]._default_manager.filter(pk__in=several)
    rows = rows.exclude(state__in=[State.SUPERSEDED.value, State.RETRACTED.value])
    rows = rows.annotate(cited_count=Count("citations", distinct=True), decided_count=Coalesce(Subquery(count), 0))
    return rows.order_by("-written_at", "pk")


def page(request: HttpRequest, site: AdminSite, kind: str, pk: str, strength: Strength) -> HttpResponseBase:
    """Show what is known of the origins, and take a decision; one that is refused comes back where it was made."""
    _check(request)
    record = _record(kind, pk)
    refused = None
    if request.method == "POST":
        refused = _decided(request, record)
        if refused is None:
            return redirect(request.path)
    found = statements_of(record)
    grades = _grades_of(found, request)
    statements = [_shown(one, grades, strength, refused) for one in found]
    context = {
        **site.each_context(request),
        "title": _("Origins of what is cited"),
        "record": record,
        "record_url": address(record),
        "statements": statements,
        "may_decide": bool(REVIEWERS & roles(request)),
        "most": MOST_CITATIONS,
        "longest_label": LABEL,
        "longest_reason": LONGEST_REASON,
        "rubric": ORIGINS,
    }
    asked = [question for one in statements for side in one.sides for question in side.questions]
    if refused and not any(question.refused for question in asked):
        messages.error(request, refused.words)
    status = 200 if refused is None else 409 if REVIEWERS & roles(request) else 403
    return TemplateResponse(request, "admin/origins.html", context, status=status)


def _check(request: HttpRequest) -> None:
    if not person(request).has_perm(MAY):
        raise PermissionDenied


def _record(kind: str, pk: str) -> Any:
    if kind not in KINDS:
        raise Http404
    try:
        found = KINDS[kind]._default_manager.filter(pk=pk).first()
    except (ValueError, ValidationError, OverflowError) as error:
        raise Http404 from error
    if found is None:
        raise Http404
    return found


def _decided(request: HttpRequest, record: Model) -> Refused | None:
    """Take the decision that was sent; return why it was refused, if it was."""
    sent = request.POST
    numbers = [sent.get(name, "") for name in ("first", "second", "chosen")]
    first, second = (_citation(number, record) for number in numbers[:2])
    try:
        decision = decide(
            sent.get("answer", ""),
            first=first,
            second=second,
            by=person(request),
            reason=sent.get("reason", ""),
            label=sent.get("label", ""),
            seen=sent.get("seen", ""),
            chosen=int(numbers[2]) if _is_number(numbers[2]) else None,
        )
    except StepRefused as refusal:
        typed = {name: sent.get(name, "") for name in ("answer", "reason", "label", "chosen")}
        return Refused((numbers[0], numbers[1]), str(refusal), typed)
    words = _("Decided: %(answer)s. %(effect)s") % {
        "answer": decision.get_answer_display(),
        "effect": decision.effect,
    }
    messages.success(request, words.strip())
    return None


def _citation(number: str, record: Model) -> Citation:
    """The citation of this number, on the page of this record."""
    found: Citation | None = Citation.objects.filter(pk=number).first() if _is_number(number) else None
    if found is None or root(found) != record:
        raise Http404
    return found


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 19  # no id has more digits


# What is shown


Grades = Callable[[Citation], Graded]


def _grades_of(statements: Iterable[Statement], request: HttpRequest) -> Grades:
    """How this person sees the grade of a citation: blind to what they may still grade as the second one."""
    cited = [row for one in statements for side in one.sides for cluster in side.clusters for row in cluster.citations]
    sources = {row.source_id: row.source for row in cited}
    hidden = hidden_among([*cited, *sources.values()], person(request))

    def graded(row: Citation) -> Graded:
        halves = (row.source, Grading.Scale.RELIABILITY), (row, Grading.Scale.CREDIBILITY)
        is_hidden = any(key_of(*half) in hidden for half in halves)
        return Graded(row, "" if is_hidden else _grade(row), is_hidden)

    return graded


def _shown(statement: Statement, grades: Grades, strength: Strength, refused: Refused | None) -> Shown:
    argued = [cluster.origin for side in statement.sides for cluster in side.clusters if not cluster.is_shared]
    origins = Origin.objects.in_bulk(argued) if argued else {}
    sides = [
        Counted(
            side.stance.label,
            side.stance.value,
            [_group(cluster, origins, grades, strength) for cluster in side.clusters],
            [_question(pair, refused) for pair in side.pairs],
            side.left_out,
        )
        for side in statement.sides
    ]
    return Shown(statement.record, address(statement.record), sides, statement.decisions)


def _group(cluster: Cluster, origins: dict[Any, Origin], grades: Grades, strength: Strength) -> Group:
    graded = [grades(row) for row in cluster.citations]
    if not any(one.is_hidden for one in graded):
        graded.sort(key=lambda one: (one.citation.source.is_lost, -_strength(one, strength)))
    best, *repeats = graded
    origin = origins.get(cluster.origin)
    return Group(origin.label if origin else "", origin.independence if origin else "", best, repeats)


def _grade(citation: Citation) -> str:
    letter, digit = citation.source.reliability, citation.credibility
    return f"{letter}{digit}" if letter and digit else ""


def _strength(graded: Graded, strength: Strength) -> float:
    return strength(graded.grade) if graded.grade else UNGRADED


def _question(pair: Pair, refused: Refused | None) -> Question:
    by_key = {row.pk: row for row in (pair.first, pair.second)}
    signs = [
        Sign(KIND_WORDS[found.kind], signal.words, signal.said, by_key.get(signal.by or 0))
        for found in pair.found
        for signal in found.signals
    ]
    passages = [passage for found in pair.found for passage in found.passages]
    if refused is None or refused.pair != (str(pair.first.pk), str(pair.second.pk)):
        return Question(pair, signs, passages)
    return Question(pair, signs, passages, refused.words, refused.typed)
