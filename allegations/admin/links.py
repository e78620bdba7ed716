"""The links page: what about links needs a person, how a sweep gets on, and how the archive is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, QuerySet, Window, prefetch_related_objects
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from allegations.actions.links.answers import open_questions, waiting
from allegations.actions.links.auditing import chain_state
from allegations.actions.links.day_faults import last_found
from allegations.actions.links.progress import archive_kept, progress
from allegations.admin.answering import done
from allegations.admin.base import person
from allegations.admin.questions import NOTHING_REFUSED, Refused, Row, Use, named, rows_of
from allegations.models import Citation, ReviewTask
from allegations.queries import LastSupports, Support, last_supports
from candidates.models import Candidacy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Kind = ReviewTask.Kind
MAY = "allegations.view_reviewtask"
IN_OVERVIEW = 10
A_PAGE = 50
AGAIN_S = 5  # how soon a page that shows a sweep asks again
# A longer chain is read from the archive only when somebody asks for it, and told as it was found last.
DAYS_AT_ONCE = 31
LAST_SUPPORT = "last-support"
TITLES: dict[str, tuple[_StrPromise, _StrPromise]] = {
    Kind.QUOTE_MISSING: (
        _("Quotes that were not found on the page"),
        _("A passage that a citation quotes was not found in the latest copy. It may be gone, or stand elsewhere."),
    ),
    Kind.USURPED: (
        _("Addresses that may be someone else’s now"),
        _("What stands at the address is unlike the page that was cited, or nothing tells whether it is that page."),
    ),
    Kind.CRITICAL: (
        _("Critical changes"),
        _("Since the accepted copy, words changed that may change what the page says, or it was replaced."),
    ),
    Kind.GONE: (_("Gone"), _("The page was not found often enough, over long enough. Is it so?")),
    Kind.SUSPECT: (_("Not found"), _("The page was not found. It is checked again before it counts as gone.")),
    Kind.WITHHELD: (_("Withheld for legal reasons"), _("The host says that it may not show the page.")),
    Kind.UNREACHABLE: (
        _("Out of reach"),
        _("For a long time no check has reached the page. How the checks ended stands beside each question."),
    ),
    Kind.MOVED: (_("Moved"), _("The host says that the page has a new address.")),
    Kind.COPY: (_("Copies in web archives"), _("A web archive has a copy of a page that is lost here.")),
    Kind.BROKEN: (_("Damaged copies"), _("An archived file is not as it was stored. Nothing is written over.")),
    Kind.OTHER: (_("Other questions"), _("Asked by a person, or by a check that went wrong on our side.")),
}


@dataclass(frozen=True, slots=True)
class Section:
    """Questions of one kind: the rows that are shown, and of how many."""

    code: str
    title: _StrPromise
    hint: _StrPromise
    count: int
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Standing:
    """A source on which published statements rest alone, and those statements."""

    support: Support
    uses: list[Use]
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter: what it shows, how many that are, and its address."""

    title: _StrPromise
    count: int
    query: str
    chosen: bool


def urls(site: AdminSite) -> list[URLPattern]:
    """The addresses of the page, to stand below those of the reviewers’ site."""

    def shown(request: HttpRequest) -> HttpResponseBase:
        return page(request, site)

    return [
        path("links/", site.admin_view(shown), name="links"),
        path("links/progress/", site.admin_view(require_GET(progress_now)), name="links_progress"),
    ]


def page(request: HttpRequest, site: AdminSite) -> HttpResponseBase:
    """Show what waits, and take an answer; one that is refused comes back in words where it was given."""
    _check(request)
    refused = NOTHING_REFUSED
    if request.method == "POST":
        words, refused = done(request)
        if refused is NOTHING_REFUSED:
            messages.success(request, words)
            return redirect(request.get_full_path())
    context = {**site.each_context(request), "title": _("Links"), **_context(request, refused)}
    if refused.words and not context["refused_shown"]:
        messages.error(request, refused.words)
    return TemplateResponse(request, "admin/links.html", context, status=409 if refused.words else 200)


def progress_now(request: HttpRequest) -> HttpResponse:
    """How the sweep gets on: {html, again_s}; `again_s` is 0 when nothing is under way any more."""
    _check(request)
    now = progress()
    html = render_to_string("admin/links_progress.html", {"progress": now})
    return JsonResponse({"html": html, "again_s": AGAIN_S if now.running else 0})


def _check(request: HttpRequest) -> None:
    if not person(request).has_perm(MAY):
        raise PermissionDenied


def _context(request: HttpRequest, refused: Refused) -> dict[str, Any]:
    counts, supports = waiting(), last_supports()
    kind = request.GET.get("kind", "")
    kind = kind if kind in (*counts, LAST_SUPPORT, "other") else ""
    sections, pages = _sections(kind, counts, request, refused)
    standing, more = _standing(kind, supports, request, refused)
    return {
        "sections": sections,
        "standing": standing,
        "standing_count": len(supports),
        "pages": pages or more,
        "choices": _choices(kind, counts, len(supports)),
        "kind": kind,
        "here": request.get_full_path(),
        "refused": refused,
        "refused_shown": _stands_there(sections, standing),
        "may_answer": person(request).has_perm("allegations.change_source"),
        "progress": progress(),
        "again_s": AGAIN_S,
        **_archive(request),
    }


def _stands_there(sections: list[Section], standing: list[Standing]) -> bool:
    """Whether the form that was refused is still on the page, so that the words stand beside it."""
    rows = [row for section in sections for row in section.rows]
    words = [row.refused for row in rows] + [offer.refused for row in rows for offer in row.offers]
    return any(words) or any(one.refused for one in standing)


def _archive(request: HttpRequest) -> dict[str, Any]:
    archive = archive_kept()
    asked = request.GET.get("chain") == "check"
    return {"archive": archive, "chain": chain_state() if asked or archive.days <= DAYS_AT_ONCE else last_found()}


# Sections


def _sections(
    kind: str, counts: Mapping[str, int], request: HttpRequest, refused: Refused
) -> tuple[list[Section], Page[ReviewTask] | None]:
    if kind == LAST_SUPPORT:
        return [], None
    questions = _questions()
    pages = None
    if kind:
        pages = Paginator(questions.filter(kind=_code(kind)), A_PAGE).get_page(request.GET.get("page"))
        tasks: Iterable[ReviewTask] = pages.object_list
    else:
        place = Window(RowNumber(), partition_by=F("kind"), order_by=ORDER)
        tasks = questions.annotate(place=place).filter(place__lte=IN_OVERVIEW)
    rows = rows_of(tasks, request, refused)
    found = [(code, [row for row in rows if row.task.kind == code]) for code in counts]
    return [Section(code or "other", *TITLES[code], counts[code], some) for code, some in found if some], pages


ORDER = [F("is_public").desc(), F("opened_at").asc(), F("pk").asc()]


def _questions() -> QuerySet[ReviewTask]:
    """What waits, with all that its rows show; what the public sees rest on a link comes first."""
    public = Citation.objects.filter(source=OuterRef("source"), published_at__isnull=False)
    rows = open_questions().annotate(is_public=Exists(public)).order_by(*ORDER)
    return rows.select_related("source__host", "source__publisher", "change__before", "change__after", "assignee")


def _code(kind: str) -> str:
    return "" if kind == "other" else kind


def _standing(
    kind: str, supports: LastSupports, request: HttpRequest, refused: Refused
) -> tuple[list[Standing], Page[Support] | None]:
    """The sources that support a published statement alone, as many of them as this view of the page shows."""
    if kind not in ("", LAST_SUPPORT):
        return [], None
    pages = Paginator(supports, A_PAGE).get_page(request.GET.get("page")) if kind else None
    shown = list(pages.object_list if pages else supports[:IN_OVERVIEW])
    candidacies = [row for support in shown for row in support.statements if isinstance(row, Candidacy)]
    prefetch_related_objects(candidacies, "candidate", "contest")
    prefetch_related_objects([support.source for support in shown], "publisher")
    return [
        Standing(support, named(support.statements), refused.at(f"check-{support.source.pk}").get("refused", ""))
        for support in shown
    ], pages


def _choices(kind: str, counts: Mapping[str, int], supports: int) -> list[Choice]:
    found = [Choice(_("All"), sum(counts.values()), "?", not kind)]
    for code, count in counts.items():
        name = code or "other"
        found.append(Choice(TITLES[code][0], count, f"?kind={name}", kind == name))
    if supports:
        title = _("If these die, statements stand unsupported")
        found.append(Choice(title, supports, f"?kind={LAST_SUPPORT}", kind == LAST_SUPPORT))
    return found
