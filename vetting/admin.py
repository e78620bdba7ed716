"""The admin as a whole: the records of elections with their review, accounts, and the stored assessments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest

from allegations.admin.base import KeptAdmin, RecordAdmin, is_editor
from allegations.admin.inlines import cited_for
from candidates import admin as pages
from candidates.models import Candidacy, Candidate, Contest, Election, Organization, ResearchCheck
from vetting.models import Assessment

admin.site.unregister([User, Group])


@admin.register(Organization)
class OrganizationAdmin(KeptAdmin, pages.OrganizationPage):
    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Its name stands on public pages without further approval, so an editor changes it."""
        if obj is None or is_editor(request):
            return ()
        return ("name", "slug", "other_names", "kind", "country", "website")

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Sequence[str]]:
        return {} if obj else dict(super().get_prepopulated_fields(request, obj))


@admin.register(Election)
class ElectionAdmin(RecordAdmin, pages.ElectionPage):
    inlines = (pages.ContestInline, cited_for("election"))


@admin.register(Contest)
class ContestAdmin(KeptAdmin, pages.ContestPage):
    pass


@admin.register(Candidate)
class CandidateAdmin(RecordAdmin, pages.CandidatePage):
    inlines = (pages.NameInline,)


@admin.register(Candidacy)
class CandidacyAdmin(RecordAdmin, pages.CandidacyPage):
    inlines = (pages.StatusInline, cited_for("candidacy"))


@admin.register(ResearchCheck)
class ResearchCheckAdmin(RecordAdmin, pages.ResearchCheckPage):
    pass


@admin.register(Assessment)
class AssessmentAdmin(KeptAdmin):
    """Profiles as they were computed; nobody writes one."""

    list_display = ("candidacy", "as_of", "version", "computed_at")
    list_filter = ("version", "candidacy__contest__election")
    list_select_related = ("candidacy__candidate", "candidacy__contest")
    search_fields = ("candidacy__candidate__name",)
    fields = ("candidacy", "version", "as_of", "known", "vector", "vector_sha256", "computed_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    """Accounts: their rights come from the groups of the roles and from nothing else."""

    filter_horizontal = ("groups",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Roles", {"fields": ("is_active", "is_staff", "groups")}),
    )
    list_filter = ("is_active", "groups")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A superuser's account is changed by superusers only."""
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not above and super().has_change_permission(request, obj)
