"""The reviewers' site: what needs a person first, and a plain refusal for those who are no reviewers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver

from vetting.risk.evidence import strength
from vetting.risk.versions import parameters

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def grade_strength(grade: str) -> float:
    """The strength of a grade such as B2 by the method in force, from 0 to 1."""
    return strength(grade, parameters().nominal)


class ReviewSite(AdminSite):
    site_header = site_title = "Candidate vetting"
    index_title = "What needs you"

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        from vetting.dashboard import desk_of

        return super().index(request, {"desk": desk_of(cast("User", request.user)), **(extra_context or {})})

    def get_urls(self) -> list[URLResolver | URLPattern]:
        from allegations.admin import grouping, links

        return [*links.urls(self), *grouping.urls(self, strength=grade_strength), *super().get_urls()]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The sign-in page; a person who is signed in and no reviewer is told so, and not asked again."""
        if request.user.is_authenticated and not self.has_permission(request):
            context = {**self.each_context(request), "title": "This part is for reviewers"}
            return TemplateResponse(request, "admin/not_for_you.html", context, status=403)
        return super().login(request, extra_context)
