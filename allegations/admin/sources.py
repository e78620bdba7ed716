"""The admin pages of sources: what each is, where it is used, and what the checks of its link found."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from allegations.actions.links import check_now
from allegations.admin.base import KeptAdmin, address, is_editor, person
from allegations.forms import NewSourceForm, SourceForm, known_source
from allegations.links.urls import ephemeral
from allegations.models import Source
from allegations.queries import counts_in_public
from allegations.workflow import StepRefused

CHECKS_SHOWN = 20


@admin.register(Source)
class SourceAdmin(KeptAdmin):
    form = SourceForm
    change_form_template = "admin/allegations/source.html"
    list_display = (
        "__str__",
        "host",
        "state",
        "archived",
        "last_checked_at",
        "next_check_at",
        "reliability",
        "cited",
    )
    list_filter = ("state", "archived", "reliability", "material", "language")
    list_select_related = ("host",)
    search_fields = ("title", "url", "canonical_url", "author", "publisher__name")
    ordering = ("-added_at",)
    autocomplete_fields = ("publisher",)
    fieldsets = (
        (
            "What it is",
            {
                "fields": (
                    "url",
                    "title",
                    ("publisher", "author"),
                    ("dated", "language"),
                    ("material", "relays"),
                )
            },
        ),
        ("How far it can be trusted", {"fields": ("reliability", "reliability_reason")}),
        (None, {"fields": ("note",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(cited_count=Count("citations"))
        return rows

    @admin.display(description="cited", ordering="cited_count")
    def cited(self, source: Any) -> int:
        return int(source.cited_count)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Its address stays; what the public sees of it is changed by an editor."""
        if obj is None:
            return ()
        locked = not is_editor(request) and counts_in_public(obj)
        return ("url", *SourceForm.Meta.fields) if locked else ("url",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = SourceForm if change else NewSourceForm
        return super().get_form(request, obj, change, **{"form": form, **kwargs})

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        return [
            path("known/", guarded(require_POST(self.known_view)), name="allegations_source_known"),
            path("<path:object_id>/check/", guarded(require_POST(self.check_view)), name="allegations_source_check"),
            *super().get_urls(),
        ]

    def known_view(self, request: HttpRequest) -> JsonResponse:
        """Tell whether we have a source at an address: {known: {id, title, cited} or null, refused: words or ""}."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            source = known_source(request.POST.get("url", "").strip())
        except ValidationError as refused:
            return JsonResponse({"known": None, "refused": " ".join(refused.messages)})
        found = {"id": str(source.pk), "title": str(source), "cited": source.citations.count()} if source else None
        return JsonResponse({"known": found, "refused": ""})

    def check_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        source = self.get_object(request, unquote(object_id))
        if source is None:
            raise Http404
        if not self.has_change_permission(request, source):
            raise PermissionDenied
        try:
            check_now(source, by=person(request))
        except StepRefused as refusal:
            messages.error(request, str(refusal))
        else:
            self.log_change(request, source, "Asked for a check now.")
            messages.success(request, "Its check is due now; the next sweep takes it.")
        return redirect(address(source))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Add a source, or lead to the one that stands at this address already."""
        if request.method == "POST" and self.has_add_permission(request):
            try:
                known = known_source(request.POST.get("url", "").strip())
            except ValidationError:
                known = None  # the form says what is wrong with the address
            if known:
                messages.info(request, f"This address is known already: “{known}”. Nothing was added or changed.")
                return redirect(address(known))
        return super().add_view(request, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change and (warning := ephemeral(obj.url)):
            messages.warning(request, warning)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        source = self.get_object(request, unquote(object_id))
        context = self._panels(source) if source else {}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def _panels(self, source: Source) -> dict[str, Any]:
        used = source.citations.select_related("allegation", "letter", "proceeding__allegation", "reply", "written_by")
        return {
            "checks": source.checks.all()[:CHECKS_SHOWN],
            "captures": source.captures.all()[:CHECKS_SHOWN],
            "used": [(citation, citation.statement) for citation in used],
            "grades": source.gradings.select_related("graded_by"),
        }
