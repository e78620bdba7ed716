"""The admin page of review tasks: work that waits for someone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from allegations.admin.base import KeptAdmin
from allegations.models import ReviewTask
from allegations.roles import who_work_here


@admin.register(ReviewTask)
class ReviewTaskAdmin(KeptAdmin):
    list_display = ("reason", "kind", "about", "assignee", "due_on", "done_at")
    list_filter = (("done_at", admin.EmptyFieldListFilter), "kind", "assignee")
    list_select_related = ("allegation", "letter", "source", "assignee")
    search_fields = ("reason",)
    autocomplete_fields = ("allegation", "letter", "source")
    fieldsets = (
        ("What it is about", {"description": "Exactly one of these.", "fields": ("allegation", "letter", "source")}),
        (None, {"fields": ("reason", "assignee", "due_on", "done_at")}),
    )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A task is given to someone who works here; a list of names, as no editor may look accounts up."""
        if db_field.name == "assignee":
            kwargs["queryset"] = who_work_here()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description="about")
    def about(self, task: Any) -> str:
        return str(task.allegation or task.letter or task.source)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What it is about stays; a question about a link is answered on the links page, with a reason."""
        if obj is None:
            return ()
        about = ("allegation", "letter", "source")
        return (*about, "reason", "done_at") if obj.kind else about
