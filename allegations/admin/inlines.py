"""The rows on a record's page: additions, which are approved one by one, and parts, which belong to its text."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.admin import StackedInline, TabularInline
from django.db.models import QuerySet
from django.http import HttpRequest

from allegations.forms import CitationForm, CitationFormSet, ProceedingRowForm, ReplyForm
from allegations.models import Citation, ConflictSide, Proceeding, ProceedingStep, Reply, Signature
from candidates.admin import PartMixin


class AdditionInline(StackedInline):  # type: ignore[type-arg]
    """Rows with a review of their own: a person sees here the own ones that still wait; the page lists the others."""

    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.filter(published_at__isnull=True, written_by=request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        open_ = obj is None or obj.pk is None or self._page().may_add_to(request, obj)
        return open_ and super().has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _page(self) -> Any:
        return self.admin_site.get_model_admin(self.parent_model)


class CitationInline(AdditionInline):
    model = Citation
    form = CitationForm
    formset = CitationFormSet
    autocomplete_fields = ("source", "origin")
    fieldsets = (
        (None, {"fields": ("source", "new_url")}),
        (
            "If the source is new",
            {
                "classes": ("collapse", "new-source"),
                "fields": (
                    "source_title",
                    "source_publisher",
                    ("source_author", "source_dated"),
                    ("source_language", "source_material"),
                    "source_reliability",
                    "source_reliability_reason",
                ),
            },
        ),
        (
            None,
            {"fields": (("stance", "directness"), "quote", "locator", "credibility", "credibility_reason")},
        ),
        ("Where it comes from", {"classes": ("collapse",), "fields": ("derived_from", "origin", "read_on", "note")}),
    )

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        fields: dict[str, Any] = formset.form.base_fields
        if "derived_from" in fields:
            others = Citation.objects.filter(**{str(self.fk_name): obj}) if obj else Citation.objects.none()
            fields["derived_from"].queryset = others.select_related("source")
        for name in ("source", "derived_from"):
            if widget := getattr(fields.get(name), "widget", None):
                widget.can_add_related = widget.can_change_related = False
        return formset

    def get_queryset(self, request: HttpRequest) -> QuerySet[Citation]:
        return super().get_queryset(request).select_related("source")


def cited_for(name: str) -> type[CitationInline]:
    """The rows of citations for a statement of this kind: allegation, proceeding, letter, …"""
    return type(f"CitationOf{name.title()}", (CitationInline,), {"fk_name": name})


class ProceedingInline(AdditionInline):
    model = Proceeding
    form = ProceedingRowForm
    stages = ("stage", "reached"), ("final", "on_merits"), "outcome"
    fieldsets = (
        (
            None,
            {
                "description": "A new stage of a proceeding that is public already is added as a proceeding of its "
                "own and approved like any addition. How independent the authority is, is graded on the page of "
                "the grades once the proceeding is saved and something is cited for it.",
                "fields": (
                    ("kind", "jurisdiction"),
                    ("forum_name", "complainant"),
                    *stages,
                    "note",
                ),
            },
        ),
    )


class ReplyInline(AdditionInline):
    model = Reply
    form = ReplyForm
    autocomplete_fields = ("by_organization",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("kind", "position"),
                    ("by", "by_organization"),
                    "speaker",
                    ("asked_by", "asked_by_us"),
                    ("asked", "due", "answered"),
                    "text",
                    ("answers", "with_evidence"),
                ),
            },
        ),
    )


def replies_to(name: str) -> type[ReplyInline]:
    """The rows of replies to a record of this kind: allegation, letter or candidacy."""
    return type(f"ReplyTo{name.title()}", (ReplyInline,), {"fk_name": name})


class StepInline(PartMixin, TabularInline):  # type: ignore[type-arg]
    model = ProceedingStep
    fields = ("stage", "reached", "final", "on_merits", "outcome")


class SignatureInline(PartMixin, TabularInline):  # type: ignore[type-arg]
    model = Signature
    fields = ("name", "is_organization", "capacity", "country", "certainty", "signed", "withdrawn", "note")


class SideInline(PartMixin, TabularInline):  # type: ignore[type-arg]
    model = ConflictSide
    fields: ClassVar = ("value", "chosen")
    extra = 2
