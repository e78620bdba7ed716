"""The page of an archived copy: what it is, where it stands in the archive, what it says, and the copy in a frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allegations.links.texts.blocks import CELL, blocks_from
from allegations.models import Capture, CaptureText, DayManifest
from allegations.views import archive_origin
from allegations.views.archive_origin import Ticket, can_be_shown, site_of
from allegations.views.audience import Asked, ask
from allegations.views.histories import archive_file, captures

MOST_CHARACTERS = 200_000  # of the text on the page; all of it is in the download
SAID = ("title", "publisher", "author", "dated", "language")
Line = tuple[str, str]


@require_safe
@never_cache
def copy(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    asked = ask(request, pk)
    capture = captures(asked.source).select_related("file", "check_made__warc", "text").filter(pk=number).first()
    if capture is None:
        raise Http404
    text = None if asked.is_withheld else getattr(capture, "text", None)
    lines, left_out = shortened(text)
    context = {
        "copy": capture,
        "manifest": _manifest(capture),
        "text": text,
        "said": said(text),
        "lines": lines,
        "left_out": left_out,
        "address": request.build_absolute_uri(),
    }
    answer = render(request, "allegations/copy.html", asked.context | context | tickets(request, asked, capture))
    answer._csp_update = {"frame-src": [settings.ARCHIVE_ORIGIN]} if archive_origin.is_served() else {}  # type: ignore[attr-defined]
    return answer


def tickets(request: HttpRequest, asked: Asked, capture: Capture) -> dict[str, str]:
    """Where the copy is shown and where it is downloaded, as far as either may be, with leave for five minutes."""
    if asked.is_withheld or not capture.is_intact or not archive_origin.is_served():
        return {}
    reviewer = asked.reviewer.pk if asked.reviewer and asked.is_draft else None
    ways = {"download": False} | ({"frame": True} if can_be_shown(capture) else {})
    return {name: Ticket(capture.pk, shown, site_of(request), reviewer).address for name, shown in ways.items()}


def _manifest(capture: Capture) -> DayManifest | None:
    day = archive_file(capture).stored_at.date()
    return DayManifest.objects.prefetch_related("timestamps").filter(day=day).first()


def said(text: CaptureText | None) -> dict[str, str]:
    """What a copy says of itself; what it does not say is left out."""
    found = text.found if text else {}
    return {name: str(found[name]) for name in SAID if found.get(name)}


def shortened(text: CaptureText | None) -> tuple[list[Line], int]:
    """The lines of a text, each with its kind, up to what a page can hold; and how many lines were left out."""
    lines = list(lines_of(text.blocks)) if text else []
    room, shown = MOST_CHARACTERS, list[Line]()
    for kind, words in lines:
        if room <= 0:
            break
        shown.append((kind, words[:room]))
        room -= len(words)
    return shown, len(lines) - len(shown)


def lines_of(blocks: Iterable[Sequence[object]]) -> Iterator[Line]:
    """The blocks of a stored text as pairs of kind and words; cells of a row stand apart."""
    for block in blocks_from(blocks):
        yield block.kind, " · ".join(block.text.split(CELL))
