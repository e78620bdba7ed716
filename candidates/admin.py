"""What the admin pages of elections, candidates and candidacies show; the project registers them with their review."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin, TabularInline
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from candidates.models import CandidacyStatus, Candidate, CandidateName, Contest


class PartMixin:
    """Rows that are part of what a record says: whoever may write the record may write them."""

    extra = 0

    def _may(self, request: HttpRequest, obj: Model | None) -> bool:
        page: Any = self.admin_site.get_model_admin(self.parent_model)  # type: ignore[attr-defined]
        return bool(obj is None or obj.pk is None or page.may_write(request, obj))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj) and super().has_add_permission(request, obj)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj) and super().has_change_permission(request, obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ContestInline(PartMixin, TabularInline):  # type: ignore[type-arg]
    model = Contest
    fields = ("label", "slug", "region", "seats", "term_years", "position")
    prepopulated_fields = {"slug": ("label", "region")}


class NameInline(PartMixin, TabularInline):  # type: ignore[type-arg]
    model = CandidateName
    fields = ("text", "language", "script", "kind", "order")


class StatusInline(PartMixin, TabularInline):  # type: ignore[type-arg]
    model = CandidacyStatus
    fields = ("status", "since", "note")


class OrganizationPage(ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "kind", "country")
    list_filter = ("kind", "country")
    search_fields = ("name", "other_names", "slug")
    prepopulated_fields = {"slug": ("name",)}
    fields = ("name", "slug", "other_names", ("kind", "country"), "website")


class ElectionPage(ModelAdmin):  # type: ignore[type-arg]
    list_display = ("title", "body", "voted", "written_by", "published_at")
    list_select_related = ("body", "written_by")
    search_fields = ("title", "body__name", "session")
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("body",)
    fieldsets = (
        (None, {"fields": ("title", "slug", "body", ("session", "place"), ("held", "voted"), "rules", "summary")}),
    )


class ContestPage(ModelAdmin):  # type: ignore[type-arg]
    """Contests are written on the page of their election; here they are found."""

    search_fields = ("label", "region", "election__title")
    list_select_related = ("election",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CandidatePage(ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "office", "written_by", "published_at")
    list_select_related = ("written_by",)
    search_fields = ("name",)
    search_help_text = "Any name of the person, in any script."
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = ((None, {"fields": (("name", "sort_name"), "slug", "office", "description", "born", "identifiers")}),)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Candidates whom any of their names may mean, and those whose name begins to be typed."""
        if not search_term.strip():
            return queryset, False
        called = Candidate.objects.called(search_term).values("pk")
        return queryset.filter(Q(pk__in=called) | Q(name__icontains=search_term.strip())), False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.instance.index_names()


class CandidacyPage(ModelAdmin):  # type: ignore[type-arg]
    list_display = ("candidate", "contest", "status", "written_by", "published_at")
    list_filter = ("status", "contest__election")
    list_select_related = ("candidate", "contest__election", "written_by")
    search_fields = ("candidate__name", "listed_as", "contest__label")
    autocomplete_fields = ("candidate", "contest", "nominated_by")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "candidate",
                    "contest",
                    ("listed_as", "ballot_position"),
                    ("nominated_by_country", "nominated_by"),
                    ("status", "outcome"),
                )
            },
        ),
    )


class ResearchCheckPage(ModelAdmin):  # type: ignore[type-arg]
    list_display = ("candidacy", "kind", "result", "done_on", "written_by", "published_at")
    list_filter = ("kind", "result", "candidacy__contest__election")
    list_select_related = ("candidacy__candidate", "candidacy__contest", "written_by")
    search_fields = ("candidacy__candidate__name", "queries")
    autocomplete_fields = ("candidacy",)
    fieldsets = ((None, {"fields": ("candidacy", "kind", ("result", "done_on"), "queries", "reason")}),)
