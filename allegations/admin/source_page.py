"""What stands on the admin page of a source besides its form: its link, what is asked about it, its life and copies."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from allegations.actions.grading import hidden_scales
from allegations.actions.links.answers import SAYINGS, open_questions
from allegations.actions.links.progress import stage_of
from allegations.admin.answering import MAY
from allegations.admin.base import is_editor, person
from allegations.admin.questions import NOTHING_REFUSED, Refused, rows_of, towards_gone
from allegations.forms import like_address, like_content
from allegations.models import Source

SHOWN = 20
CHANGES_SHOWN = 5
DIFF_SHOWN = 20


def panels(source: Source, request: HttpRequest, refused: Refused | None = None) -> dict[str, Any]:
    """What the page shows of a source besides its form; `refused` is the answer that was refused a moment ago."""
    used = source.citations.select_related("allegation", "letter", "proceeding__allegation", "reply", "written_by")
    rows = [(citation, citation.statement) for citation in used]
    public = any(citation.is_published for citation, _statement in rows)
    hidden = bool(hidden_scales(source, person(request)))
    return {
        "stage": stage_of(source),
        "alike": like_address(source.canonical_url) + like_content(source),
        "questions": _questions(source, request, refused or NOTHING_REFUSED),
        "here": reverse("admin:allegations_source_answer", args=[source.pk]),
        "may_answer": person(request).has_perm(MAY),
        "on_source": True,
        "for_editors": public and not is_editor(request),
        "sayings": SAYINGS,
        "proposed": source.past.proposed,
        "towards_gone": towards_gone(source.past),
        "life": source.link_events.select_related("by", "check_made")[:SHOWN],
        "changes": source.changes.select_related("before", "after")[:CHANGES_SHOWN],
        "captures": source.captures.select_related("file")[:SHOWN],
        "looks": source.second_looks.all()[:SHOWN],
        "places": source.volatile_places.select_related("forgotten_by"),
        "web_copies": source.web_copies.select_related("decided_by")[:SHOWN],
        "checks": source.checks.all()[:SHOWN],
        "used": rows,
        "grades": [] if hidden else source.gradings.select_related("graded_by"),
        "grades_hidden": hidden,
    }


def _questions(source: Source, request: HttpRequest, refused: Refused) -> list[Any]:
    tasks = open_questions().filter(source=source).select_related("change", "assignee").order_by("opened_at")
    found = list(tasks)
    for task in found:
        task.source = source
    return rows_of(found, request, refused)
