"""The page of a matter's grades: each with its rubric, blind to what another grader has given, and what two say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from allegations.actions.evidence import evidence_change
from allegations.actions.grading import CLOSED, MOVED_ON, Item, give, items_of
from allegations.admin.base import grading_address, lock_row, person, roles
from allegations.forms.grading import GradeForm
from allegations.grading import Part
from allegations.models import Allegation, Citation, Grading, Proceeding, Source
from allegations.rubrics import RUBRICS
from allegations.workflow import StepRefused

Scale = Grading.Scale
HIDDEN = "hidden until you have graded, too"
NOTHING = "Nothing was graded: choose a grade, and say why."


@dataclass(frozen=True, slots=True)
class Row:
    """One grade of the page: what is graded, how far it has come in words, what this person sees, and their form."""

    item: Item
    about: str
    words: str
    given: list[tuple[Grading, str]]
    form: GradeForm | None

    @property
    def title(self) -> str:
        return RUBRICS[self.item.scale].title

    @property
    def decides(self) -> bool:
        """Whether the form decides between two graders."""
        return self.item.due is Part.RESOLUTION

    @property
    def citation(self) -> Citation | None:
        return self.item.record if isinstance(self.item.record, Citation) else None

    @property
    def proceeding(self) -> Proceeding | None:
        return self.item.record if isinstance(self.item.record, Proceeding) else None

    @property
    def source(self) -> Source | None:
        return self.item.record if isinstance(self.item.record, Source) else None


def grading_view(request: HttpRequest, object_id: str, site: AdminSite) -> HttpResponseBase:
    """Show the grades of an allegation, and take those that this person gives; all of them, or none."""
    if not person(request).has_perm("allegations.view_allegation"):
        raise PermissionDenied
    allegation = Allegation.objects.select_related("candidate").filter(pk=_pk(object_id)).first()
    if allegation is None:
        raise Http404
    if request.method == "POST":
        try:
            with evidence_change():
                lock_row(allegation)
                done = _take(rows_of(allegation, request), by=request)
        except StepRefused as refusal:
            messages.error(request, str(refusal))
            return _page(request, allegation, site, status=409)
        if done:
            words = "1 grade is given." if done == 1 else f"{done} grades are given."
            messages.success(request, words)
            return redirect(grading_address(allegation))
        return _page(request, allegation, site, status=400)
    return _page(request, allegation, site)


def _pk(object_id: str) -> Any:
    try:
        return Allegation._meta.pk.to_python(unquote(object_id))
    except Exception as error:
        raise Http404 from error


def _take(rows: list[Row], *, by: HttpRequest) -> int:
    """Give what was chosen in valid forms, and return how many; 0 where a form says what is wrong."""
    if any(by.POST.get(f"{row.item.key}-value") for row in rows if row.form is None):
        raise StepRefused(MOVED_ON)
    forms = [row.form for row in rows if row.form and row.form.is_bound]
    if not all(form.is_valid() for form in forms):
        return 0
    chosen = [form for form in forms if form.cleaned_data["value"]]
    for form in chosen:
        sent = form.cleaned_data
        give(
            form.item.record,
            form.item.scale,
            sent["value"],
            part=Part(sent["part"]),
            first=sent["first"],
            by=person(by),
            reason=sent["reason"],
            basis=sent["basis"],
        )
    if not chosen:
        messages.warning(by, NOTHING)
    return len(chosen)


def _page(request: HttpRequest, allegation: Allegation, site: AdminSite, status: int = 200) -> HttpResponseBase:
    rows = rows_of(allegation, request)
    context = {
        **site.each_context(request),
        "title": "Grades",
        "subtitle": str(allegation),
        "allegation": allegation,
        "opts": Allegation._meta,
        "rows": rows,
        "may_grade": any(row.form for row in rows),
        "second": any(row.form and row.item.due is Part.SECOND for row in rows),
        "warned": allegation.is_published,
    }
    return TemplateResponse(request, "admin/allegations/grading.html", context, status=status)


def rows_of(allegation: Allegation, request: HttpRequest) -> list[Row]:
    """What the page shows this person of each grade, with forms that hold what was sent where something was."""
    sent = request.POST if request.method == "POST" else None
    own = Q(allegation=allegation) | Q(proceeding__allegation=allegation)
    cited = list(Citation.objects.filter(own).select_related("source").order_by("pk"))
    return [_row(item, allegation, request, sent, cited) for item in items_of(allegation)]


def _row(item: Item, allegation: Allegation, request: HttpRequest, sent: Any, cited: Iterable[Citation]) -> Row:
    who, hidden = person(request), item.is_hidden_from(person(request))
    may = allegation.state not in CLOSED and item.may_give(who, roles(request))
    posted = sent if may and sent is not None and f"{item.key}-part" in sent else None
    bases = [row for row in cited if row.allegation_id or row.proceeding_id == item.record.pk]
    form = GradeForm(item, posted, bases) if may else None
    about = "" if item.record == allegation else str(item.record)
    given = [] if hidden else [(row, _name(row)) for row in item.rows]
    return Row(item, about, _words(item, hidden=hidden, may=may), given, form)


def _name(row: Grading) -> str:
    return grade_name(row.scale, row.value)


def grade_name(scale: str, value: str) -> str:
    """What people call a grade, for example “S4 very serious”."""
    return next((level.name for level in RUBRICS[scale].levels if level.value == value), value or "taken back")


def _words(item: Item, *, hidden: bool, may: bool) -> str:
    pair = item.pair
    if item.due is Part.FIRST or pair is None:
        return "Not graded yet."
    if hidden:
        ask = "Grade it without looking at theirs; you see it once you have." if may else "It is shown once two have."
        return f"One person has graded it. {ask}"
    if item.due is Part.SECOND:
        return "You have graded it. A second person is asked to, and does not see yours before."
    if item.due is Part.RESOLUTION:
        return "Two graders differ. Until an editor decides, what is more favourable to the person counts."
    if pair.second is None:
        return "One person has graded it; the method asks for no second."
    return "Two graders differed, and an editor decided." if pair.differs else "Two graders agree."


# On the page of a record


def shown(rows: Iterable[Grading], items: Iterable[Item], who: Any) -> list[Grading]:
    """Gradings without those of things whose grade is hidden from a person."""
    hidden = {row.pk for item in items if item.is_hidden_from(who) for row in item.rows}
    return [row for row in rows if row.pk not in hidden]


def with_grades(records: Iterable[Any], items: Iterable[Item], who: Any) -> list[Any]:
    """Citations and proceedings with `grades_shown`: their grades in words for this person."""
    hidden = {item.key for item in items if item.is_hidden_from(who)}
    found = list(records)
    for row in found:
        row.grades_shown = _shown(row, hidden) or HIDDEN
    return found


def _shown(row: Citation | Proceeding, hidden: set[str]) -> str:
    if isinstance(row, Proceeding):
        return "" if f"{Scale.FORUM.value}-{row.pk}" in hidden else row.get_forum_display()
    keys = {f"{Scale.RELIABILITY.value}-{row.source_id}", f"{Scale.CREDIBILITY.value}-{row.pk}"}
    return "" if hidden & keys else f"{row.source.reliability or '?'}{row.credibility or '?'}"
