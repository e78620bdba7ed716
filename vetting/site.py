"""The reviewers' site: what needs a person first, and a plain refusal for those who are no reviewers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class ReviewSite(AdminSite):
    site_header = site_title = "Candidate vetting"
    index_title = "What needs you"

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        from vetting.dashboard import desk_of

        return super().index(request, {"desk": desk_of(cast("User", request.user)), **(extra_context or {})})

    def get_urls(self) -> list[URLResolver | URLPattern]:
        from allegations.admin import links

        return [*links.urls(self), *super().get_urls()]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The sign-in page; a person who is signed in and no reviewer is told so, and not asked again."""
        if request.user.is_authenticated and not self.has_permission(request):
            context = {**self.each_context(request), "title": "This part is for reviewers"}
            return TemplateResponse(request, "admin/not_for_you.html", context, status=403)
        return super().login(request, extra_context)
