"""The admin page of coalition letters and their signatories."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from allegations.actions.grading import items_of_sources
from allegations.admin.allegations import others
from allegations.admin.base import person
from allegations.admin.grading import with_grades
from allegations.admin.inlines import SignatureInline, cited_for, replies_to
from allegations.admin.reviewed import ReviewedAdmin
from allegations.models import CoalitionLetter


@admin.register(CoalitionLetter)
class CoalitionLetterAdmin(ReviewedAdmin):
    list_display = ("title", "dated", "stance", "state", "written_by")
    list_filter = ("state", "stance")
    list_select_related = ("written_by",)
    search_fields = ("title", "summary", "addressees")
    autocomplete_fields = ("candidacies", "sender")
    prepopulated_fields = {"slug": ("title",)}
    inlines = (SignatureInline, cited_for("letter"), replies_to("letter"))
    fieldsets = (
        (
            "The letter",
            {
                "fields": (
                    "title",
                    "slug",
                    ("dated", "stance"),
                    "candidacies",
                    ("sender", "addressees"),
                    "summary",
                    "demands",
                )
            },
        ),
        (
            "Signatories as the letter counts them",
            {"fields": (("claimed_organizations", "claimed_people", "claimed_countries"), "claimed_note")},
        ),
    )

    def on_record(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        cited = list(others(record.citations.select_related("source__publisher", "written_by", "origin"), request))
        return {
            "citations": with_grades(cited, items_of_sources(row.source for row in cited), person(request)),
            "replies": others(record.replies.select_related("written_by"), request),
            "conflicts": record.conflicts.all(),
        }
