"""The admin page of origins: where statements come from, and why one is independent of another."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from allegations.admin.base import KeptAdmin, is_editor, person
from allegations.models import Origin
from allegations.queries import counts_in_public, rests_on_work_of


@admin.register(Origin)
class OriginAdmin(KeptAdmin):
    list_display = ("label", "connection", "rests_on", "organization")
    list_filter = ("connection",)
    list_select_related = ("rests_on", "organization")
    search_fields = ("label", "organization__name")
    autocomplete_fields = ("organization", "rests_on")
    fields = ("label", "connection", "organization", "rests_on", "independence")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What a public score rests on is changed by an editor who did not write what rests on it."""
        barred = rests_on_work_of(obj, person(request)) if obj is not None and is_editor(request) else True
        locked = obj is not None and barred and counts_in_public(obj)
        return self.fields if locked else super().get_readonly_fields(request, obj)
