"""What all admin pages share: nothing is deleted, what is public is read-only, and evidence changes in one step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, URLField
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from allegations.actions.evidence import evidence_change
from allegations.actions.grading import hidden_scales
from allegations.actions.review import publish, publishing_refusals
from allegations.actions.seen import fingerprint
from allegations.admin.cautions import caution
from allegations.forms import RecordForm
from allegations.models import Allegation, Citation, ConflictSide
from allegations.roles import roles_of
from allegations.workflow import EDITORS, REVIEWERS, Role, StepRefused

if TYPE_CHECKING:
    from django.contrib.auth.models import User


NEXT = {
    False: "Only reviewers see it, until an editor other than its author publishes it.",
    True: "Everyone may see it. What was approved stays as it is.",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A step that is offered: what its button says, and what stands in its way."""

    step: str
    label: str
    refusals: list[str]
    wants_reason: bool = False


def person(request: HttpRequest) -> User:
    """Who is signed in; the admin lets nobody else in."""
    return cast("User", request.user)


def roles(request: HttpRequest) -> frozenset[Role]:
    """The roles of who is signed in, read once a request."""
    if not hasattr(request, "review_roles"):
        request.review_roles = roles_of(person(request))  # type: ignore[attr-defined]
    return cast("frozenset[Role]", request.review_roles)  # type: ignore[attr-defined]


def is_editor(request: HttpRequest) -> bool:
    return bool(EDITORS & roles(request))


def address(record: Model, page: str = "change") -> str:
    """The admin page of a record."""
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{page}", args=[record.pk])


def grading_address(record: Model) -> str:
    """The page of the grades of the allegation to which a record belongs; empty where it belongs to none."""
    above = root(record)
    return address(above, "grading") if isinstance(above, Allegation) else ""


class KeptAdmin(ModelAdmin):  # type: ignore[type-arg]
    """Records that nobody deletes here, and that link to the site only where the public sees them."""

    form = RecordForm
    change_form_template = "admin/record.html"
    formfield_overrides: ClassVar = {URLField: {"assume_scheme": "https"}}
    grade_fields: ClassVar[tuple[str, ...]] = ()  # each has a field for its reason beside it

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Lists are not searched by a grade, for that would tell it to who grades as the second person."""
        graded = lookup.partition("__")[0] in self.grade_fields
        return not graded and super().lookup_allowed(lookup, value, request)

    def hidden_grades(self, request: HttpRequest, record: Any) -> set[str]:
        """The fields of grades that this person does not see before they have graded, too; read once a request."""
        if record is None or record.pk is None or not self.grade_fields:
            return set()
        read: dict[Any, set[str]] = request.__dict__.setdefault("hidden_grades", {})
        key = (self.opts.label, record.pk)
        if key not in read:
            read[key] = {scale.value for scale in hidden_scales(record, person(request))}
        return read[key]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sets = super().get_fieldsets(request, obj)
        hidden = with_reasons(self.hidden_grades(request, obj))
        return cut(sets, hidden) if hidden else sets

    def get_view_on_site_url(self, obj: Model | None = None) -> str | None:
        if obj is None or not hasattr(obj, "get_absolute_url"):
            return None
        seen = type(obj)._default_manager.published().filter(pk=obj.pk)  # type: ignore[attr-defined]
        return str(obj.get_absolute_url()) if seen.exists() else None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        form.keep(by=request.user)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the rows of a page; those that have a `keep` of their own are kept by it."""
        kept = {id(row) for row in formset.save(commit=False)}
        for row_form in formset.forms:
            if id(row_form.instance) in kept:
                row_form.keep(by=request.user) if hasattr(row_form, "keep") else row_form.instance.save()
                self.row_kept(request, row_form)
        formset.save_m2m()

    def row_kept(self, request: HttpRequest, row_form: Any) -> None:
        """Tell the person what became of a row."""
        if known := getattr(row_form, "recognised", None):
            words = f"“{known}” was known already; its entry was used, and left as it is."
            messages.info(request, words)
        elif url := getattr(row_form, "cleaned_data", {}).get("new_url"):
            caution(request, url)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Save the whole page as one change of the evidence, with the record locked before it is read."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with evidence_change():
                self.lock(request, object_id)
                return super().changeform_view(request, object_id, form_url, extra_context)
        except StepRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(request.get_full_path())

    def lock(self, request: HttpRequest, object_id: str | None) -> None:
        """Keep others from moving the record until this change is saved."""
        if object_id and (record := self.get_object(request, unquote(object_id))):
            lock_row(root(record))


def root(record: Model) -> Model:
    """The record with which another one is approved: of a citation its statement, of a proceeding its allegation."""
    if isinstance(record, Citation):
        return root(record.statement)
    if isinstance(record, ConflictSide):
        return root(record.conflict)
    for name in ("allegation", "letter"):
        above = getattr(record, name, None)
        if isinstance(above, Model):
            return above
    return record


def lock_row(record: Model) -> None:
    type(record)._default_manager.select_for_update().get(pk=record.pk)


class RecordAdmin(KeptAdmin):
    """Records that one person writes and another publishes."""

    def may_write(self, request: HttpRequest, record: Any) -> bool:
        """Its author changes what a record says, until it is public."""
        return record is None or (not record.is_published and record.written_by_id == request.user.pk)

    def may_grade(self, request: HttpRequest, record: Any) -> bool:
        """Its author, before it is public, and who reviews it; once it is public an editor who did not write it."""
        if self.may_write(request, record):
            return True
        wanted = EDITORS if record.is_published else REVIEWERS
        return record.written_by_id != request.user.pk and bool(wanted & roles(request))

    def may_add_to(self, request: HttpRequest, record: Any) -> bool:
        """Additions wait for approval of their own, so anyone may make them."""
        return True

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sets = super().get_fieldsets(request, obj)
        if self.may_grade(request, obj):
            return sets
        return cut(sets, with_reasons(self.grade_fields) - {*self.grade_fields})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = list(super().get_readonly_fields(request, obj))
        if self.may_write(request, obj):
            return given
        graded = with_reasons(self.grade_fields)
        still_open = graded if self.may_grade(request, obj) else set()
        shown = flatten_fieldsets(self.get_fieldsets(request, obj))
        return [*given, *(name for name in shown if name not in {*given, *still_open})]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Sequence[str]]:
        return dict(super().get_prepopulated_fields(request, obj)) if self.may_write(request, obj) else {}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.step_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        return [path("<path:object_id>/step/", view, name=name), *super().get_urls()]

    def step_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Take the step whose button was pressed; a refusal comes back on the page, in words."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        try:
            messages.success(request, self.step(request, record))
        except StepRefused as refusal:
            return self.refused(request, object_id, refusal)
        return redirect(address(record))

    def step(self, request: HttpRequest, record: Any) -> str:
        """Publish the record, and say what was done. Raises StepRefused."""
        if root(record) != record:
            raise StepRefused("It is approved on the page of the record to which it belongs.")
        publish(record, by=person(request), seen=request.POST.get("seen", ""))
        self.log_change(request, record, "Published.")
        return f"“{record}” is public now."

    def refused(self, request: HttpRequest, object_id: str, refusal: StepRefused) -> HttpResponse:
        """The page as it is, with the reason why the step was not taken, and with what was typed."""
        messages.error(request, str(refusal))
        request.method = "GET"
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        shown = self.change_view(
            request,
            object_id,
            form_url=reverse(page, args=[object_id]),
            extra_context={"typed_reason": request.POST.get("reason", "")},
        )
        shown.status_code = 403 if self.lacks_role(request) else 409
        return shown

    def lacks_role(self, request: HttpRequest) -> bool:
        return not is_editor(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        context = {"band": "new", "band_words": NEXT[False], "is_public": False}
        return super().add_view(request, form_url, {**context, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        context = self.review_context(request, record) if record else {}
        context["grades_hidden"] = bool(self.hidden_grades(request, record))
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def review_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """What the page says about the record's review."""
        above = root(record)
        words = publishing_refusals(record, by=person(request))
        offered = above == record and is_editor(request) and (not words or not record.is_published)
        label = "Approve what was added" if record.is_published else "Publish"
        return {
            "band": "public" if record.is_published else "not public",
            "band_words": NEXT[record.is_published],
            "is_public": record.is_published,
            "above": (above, address(above)) if above != record else None,
            "grading_url": grading_address(record),
            "choices": [Choice("publish", label, words)] if offered else [],
            "seen": fingerprint(record),
            "step_url": address(record, "step"),
            "may_write": self.may_write(request, record),
        }


def with_reasons(grades: Iterable[str]) -> set[str]:
    """The fields of these grades with those of their reasons, and of what they rest on."""
    return {name for grade in grades for name in (grade, f"{grade}_reason", f"{grade}_basis")}


def cut(sets: Any, names: set[str]) -> list[Any]:
    """Fieldsets without the fields that are named; a set of which nothing is left is left out."""
    left = [(title, {**given, "fields": without(given["fields"], names)}) for title, given in sets]
    return [(title, given) for title, given in left if given["fields"]]


def without(fields: Any, names: set[str]) -> list[Any]:
    """A list of fields, some of which stand in one line together, without those named."""
    lines = [
        [name for name in line if name not in names] if isinstance(line, (list, tuple)) else line for line in fields
    ]
    return [line for line in lines if line and not (isinstance(line, str) and line in names)]
