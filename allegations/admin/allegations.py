"""The admin pages of allegations, and of the proceedings, replies and citations that belong to them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from allegations.actions.grading import items_of
from allegations.admin.base import RecordAdmin, address, person
from allegations.admin.grading import grading_view, shown, with_grades
from allegations.admin.inlines import ProceedingInline, ReplyInline, SideInline, StepInline, cited_for, replies_to
from allegations.admin.reviewed import ReviewedAdmin
from allegations.forms import AllegationForm, CitationForm, ProceedingForm, ReplyForm
from allegations.models import Allegation, Citation, ConflictSide, FactConflict, Grading, Proceeding, Reply
from allegations.workflow import PUBLIC

ADDED = ("citations", "proceedings", "replies")


def others(rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """The rows that this person cannot change any more: public ones, and those of other people."""
    return rows.exclude(published_at__isnull=True, written_by=request.user)


@admin.register(Allegation)
class AllegationAdmin(ReviewedAdmin):
    form = AllegationForm
    grade_fields = ("severity", "link")
    list_display = ("headline", "candidate", "state", "cited", "waiting", "written_by")
    list_filter = ("state", "act", "candidate__candidacies__contest__election")
    list_select_related = ("candidate", "written_by")
    search_fields = ("headline", "summary", "claimed_by", "candidate__name")
    ordering = ("-written_at",)
    autocomplete_fields = ("candidate", "claimed_by_organization")
    inlines = (cited_for("allegation"), ProceedingInline, replies_to("allegation"))
    fieldsets = (
        (
            "What is alleged",
            {
                "fields": (
                    "candidate",
                    "headline",
                    "summary",
                    ("claimed_by", "claimed_by_organization"),
                    ("act", "involvement"),
                    ("happened", "first_alleged"),
                    "sensitivity",
                )
            },
        ),
        ("Grades", {"fields": ("severity", "severity_reason", "link", "link_reason")}),
        ("Reply of the person", {"fields": ("reply_waiver",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        waiting = {
            f"waiting_{part}": Count(
                part, filter=Q(**{f"{part}__published_at__isnull": True}, state__in=sorted(PUBLIC)), distinct=True
            )
            for part in ADDED
        }
        cited = Count("citations", distinct=True)
        rows: QuerySet[Any] = super().get_queryset(request).annotate(cited_count=cited, **waiting)
        return rows

    @admin.display(description="citations", ordering="cited_count")
    def cited(self, row: Any) -> int:
        return int(row.cited_count)

    @admin.display(description="additions")
    def waiting(self, row: Any) -> str:
        count = sum(getattr(row, f"waiting_{part}") for part in ADDED)
        return f"{count} waiting" if count else ""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.grading_view)
        return [path("<path:object_id>/grading/", view, name="allegations_allegation_grading"), *super().get_urls()]

    def grading_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        return grading_view(request, object_id, self.admin_site)

    def on_record(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        grades = Grading.objects.filter(
            Q(allegation=record) | Q(citation__allegation=record) | Q(proceeding__allegation=record)
        )
        cited = others(record.citations.select_related("source__publisher", "written_by", "origin"), request)
        proceedings = others(record.proceedings.prefetch_related("steps", "citations__source"), request)
        rows = grades.select_related("graded_by", "citation__source", "proceeding")
        items, who = items_of(record), person(request)
        return {
            "citations": with_grades(cited, items, who),
            "proceedings": with_grades(proceedings, items, who),
            "replies": others(record.replies.select_related("written_by"), request),
            "conflicts": record.conflicts.all(),
            "grades": shown(rows, items, who),
        }


class PartAdmin(RecordAdmin):
    """Records that are made on the page of another one, and approved with it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Citation)
class CitationAdmin(PartAdmin):
    form = CitationForm
    grade_fields = ("credibility",)
    list_display = ("source", "stance", "written_by", "published_at")
    list_filter = ("stance", "directness")
    list_select_related = ("source", "written_by")
    search_fields = ("source__title", "source__url", "quote")
    autocomplete_fields = ("origin",)
    readonly_fields = ("source", "derived_from")
    fieldsets = (
        (None, {"fields": ("source", ("stance", "directness"), "quote", "locator")}),
        ("Grade", {"fields": ("credibility", "credibility_reason")}),
        ("Where it comes from", {"fields": ("derived_from", "origin", "read_on", "note")}),
    )


@admin.register(Proceeding)
class ProceedingAdmin(PartAdmin):
    form = ProceedingForm
    grade_fields = ("forum",)
    list_display = ("allegation", "kind", "jurisdiction", "forum_name", "written_by", "published_at")
    list_filter = ("kind",)
    list_select_related = ("allegation", "written_by")
    search_fields = ("allegation__headline", "forum_name", "complainant")
    readonly_fields = ("allegation",)
    inlines = (StepInline, cited_for("proceeding"))
    fieldsets = (
        (
            None,
            {"fields": ("allegation", ("kind", "jurisdiction"), ("forum_name", "complainant"), "note")},
        ),
        ("Grade", {"fields": ("forum", "forum_reason", "forum_basis")}),
    )


@admin.register(Reply)
class ReplyAdmin(RecordAdmin):
    form = ReplyForm
    list_display = ("by", "speaker", "kind", "allegation", "letter", "candidacy", "written_by", "published_at")
    list_filter = ("kind", "speaker", "position", "asked_by_us")
    list_select_related = ("allegation", "letter", "candidacy__candidate", "candidacy__contest", "written_by")
    search_fields = ("by", "text", "allegation__headline", "candidacy__candidate__name")
    autocomplete_fields = ("allegation", "letter", "candidacy", "institution", "by_organization")
    inlines = (cited_for("reply"),)
    fieldsets = (
        (
            "To what it replies",
            {
                "description": "Exactly one of these.",
                "fields": (("allegation", "letter"), ("candidacy", "institution")),
            },
        ),
        *ReplyInline.fieldsets,
    )


@admin.register(FactConflict)
class FactConflictAdmin(RecordAdmin):
    list_display = ("question", "state", "written_by", "published_at")
    list_filter = ("state",)
    list_select_related = ("written_by",)
    search_fields = ("question",)
    autocomplete_fields = ("contest", "candidacy", "letter", "allegation")
    inlines = (SideInline,)
    fieldsets = (
        (
            "What it is about",
            {
                "description": "Exactly one of these.",
                "fields": (("contest", "candidacy"), ("letter", "allegation")),
            },
        ),
        (None, {"fields": ("question", "state", "reason")}),
    )


@admin.register(ConflictSide)
class ConflictSideAdmin(PartAdmin):
    """A side of a conflict, for its citations."""

    search_fields = ("value",)
    readonly_fields = ("conflict", "value", "chosen")
    fields = ("conflict", "value", "chosen")
    inlines = (cited_for("conflict_side"),)

    def may_write(self, request: HttpRequest, record: Any) -> bool:
        return False

    def may_grade(self, request: HttpRequest, record: Any) -> bool:
        return False

    def review_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {"above": (record.conflict, address(record.conflict))}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False
