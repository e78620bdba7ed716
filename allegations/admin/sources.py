"""The admin pages of sources: what each is, where it is used, and what the checks of its link found."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from allegations.actions.links.claiming import check_now
from allegations.actions.links.progress import READ, stage_of
from allegations.admin.answering import done
from allegations.admin.base import KeptAdmin, address, is_editor, person
from allegations.admin.cautions import caution, cautions
from allegations.admin.source_page import panels
from allegations.forms import NewSourceForm, SourceForm, known_source
from allegations.models import Source
from allegations.queries import counts_in_public
from allegations.workflow import StepRefused

AGAIN_S = 3  # how soon the page of a source that is being checked asks again


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
        "cited",
    )
    list_filter = ("state", "archived", "material", "language")
    grade_fields = ("reliability",)
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

    @admin.display(description="address")
    def as_found(self, source: Any) -> str:
        """The address as text: where it leads may be someone else’s by now, and the page says so before it links."""
        return str(source.url)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.fieldsets
        (title, given), *others = super().get_fieldsets(request, obj)
        return [(title, {**given, "fields": ("as_found", *given["fields"][1:])}), *others]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Its address stays; what the public sees of it is changed by an editor."""
        if obj is None:
            return ()
        locked = not is_editor(request) and counts_in_public(obj)
        return ("as_found", *SourceForm.Meta.fields) if locked else ("as_found",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = SourceForm if change else NewSourceForm
        return super().get_form(request, obj, change, **{"form": form, **kwargs})

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        return [
            path("known/", guarded(require_POST(self.known_view)), name="allegations_source_known"),
            path("<path:object_id>/check/", guarded(require_POST(self.check_view)), name="allegations_source_check"),
            path("<path:object_id>/answer/", guarded(require_POST(self.answer_view)), name="allegations_source_answer"),
            path("<path:object_id>/stage/", guarded(require_GET(self.stage_view)), name="allegations_source_stage"),
            *super().get_urls(),
        ]

    # An address

    def known_view(self, request: HttpRequest) -> JsonResponse:
        """Tell what is known of an address: {known: {id, title, cited, url} or null, refused: words or "", warnings}.

        A warning is {words, title, url}; the last two are empty where it is about no other source.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        url = request.POST.get("url", "").strip()
        try:
            source = known_source(url)
        except ValidationError as refused:
            return JsonResponse({"known": None, "refused": " ".join(refused.messages), "warnings": []})
        if source is None:
            return JsonResponse({"known": None, "refused": "", "warnings": cautions(url)})
        found = {"id": str(source.pk), "title": str(source), "cited": source.citations.count(), "url": address(source)}
        return JsonResponse({"known": found, "refused": "", "warnings": []})

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
        if not change:
            caution(request, obj.url)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Stay with a source that was added: its page is checked now, and fills its form."""
        answer = super().response_add(request, obj, post_url_continue)
        stays = isinstance(answer, HttpResponseRedirect) and "_addanother" not in request.POST
        return redirect(address(obj)) if stays else answer

    # Its link

    def check_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        source = self._source(request, object_id)
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

    def stage_view(self, request: HttpRequest, object_id: str) -> JsonResponse:
        """How far its check is: {html, again_s, reload}; `reload` when the form can show what was found."""
        source = self._source(request, object_id)
        if not self.has_view_permission(request, source):
            raise PermissionDenied
        stage = stage_of(source)
        html = render_to_string("admin/links_stage.html", {"stage": stage, "was": True, "here": address(source)})
        return JsonResponse({"html": html, "again_s": AGAIN_S if stage else 0, "reload": stage == READ})

    def answer_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take an answer about its link; one that is refused comes back on the page, in words, where it was given."""
        source = self._source(request, object_id)
        words, refused = done(request)
        if words:
            messages.success(request, words)
            return redirect(address(source))
        request.method = "GET"
        shown = self.change_view(request, object_id, address(source), {"refused": refused})
        shown.status_code = 409
        return shown

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        source = self.get_object(request, unquote(object_id))
        given = extra_context or {}
        context = panels(source, request, given.get("refused")) | {"again_s": AGAIN_S} if source else {}
        return super().change_view(request, object_id, form_url, {**context, **given})

    def _source(self, request: HttpRequest, object_id: str) -> Source:
        source: Source | None = self.get_object(request, unquote(object_id))
        if source is None:
            raise Http404
        return source
