"""The page of a dossier, its manifest, and all of it that may be shown as one ZIP file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from allegations.links.archive.store import StoreError
from candidates.models import Election
from vetting.dossier.contents import written
from vetting.dossier.freezing import read
from vetting.dossier.manifest import NAME
from vetting.dossier.packing import packed
from vetting.dossier.withheld import Open, opened
from vetting.models import Dossier

ANEW = "no-cache"  # what is retracted is withheld at once, by caches too; the tag spares the bytes
AGAIN_S = "300"
AWAY = "The archive cannot be read at the moment; try again in a few minutes."


@require_safe
def dossier(request: HttpRequest, slug: str, day: str) -> HttpResponse:
    found = opened(_found(slug, day))
    folders = Counter(file.path.partition("/")[0] for file in found.shown if "/" in file.path)
    context = {"dossier": found.dossier, "election": found.dossier.election, "folders": sorted(folders.items())}
    return render(request, "vetting/dossier.html", context | {"withheld": found.withheld})


@require_safe
def manifest(request: HttpRequest, slug: str, day: str) -> HttpResponseBase:
    """The list of all files, also of those that are withheld: it holds none of their words."""
    found = _found(slug, day)
    try:
        answer = HttpResponse(read(found.manifest), content_type="application/jsonl; charset=utf-8")
    except StoreError:
        return _away()
    return _tagged(request, answer, found.manifest.sha256)


@require_safe
def bundle(request: HttpRequest, slug: str, day: str) -> HttpResponseBase:
    """What may be shown of a dossier; `withheld.json` in it says what may not, and why."""
    found = opened(_found(slug, day))
    unshown = written([_unshown(one) for one in found.withheld])
    try:
        listed = read(found.dossier.manifest)
    except StoreError:
        return _away()
    files = _files(found, {NAME: listed, "withheld.json": unshown})
    answer = StreamingHttpResponse(packed(files, found.dossier.made_at), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="dossier-{slug}-{day}.zip"'
    return _tagged(request, answer, sha256(listed + unshown).hexdigest())


def _found(slug: str, day: str) -> Dossier:
    try:
        asked = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    rows = Dossier.objects.filter(election__in=Election.objects.published().filter(slug=slug), day=asked)
    found = rows.select_related("election", "manifest").first()
    if found is None or asked.isoformat() != day:
        raise Http404
    return found


def _files(found: Open, ours: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """What is made now, then each file as it was frozen; one that is damaged breaks the download off."""
    yield from ours.items()
    for file in found.shown:
        yield file.path, read(file.file)


def _unshown(one: Any) -> dict[str, Any]:
    return {"path": one.file.path, "says": one.says, "retracted_on": one.day, "reason": one.reason or None}


def _tagged(request: HttpRequest, answer: HttpResponseBase, digest: str) -> HttpResponseBase:
    answer.headers["Cache-Control"] = ANEW
    answer.headers["ETag"] = etag = quote_etag(digest[:32])
    tagged: HttpResponseBase = get_conditional_response(request, etag=etag, response=answer) or answer  # type: ignore[arg-type]
    return tagged


def _away() -> HttpResponse:
    headers = {"Retry-After": AGAIN_S, "Cache-Control": "no-store"}
    return HttpResponse(AWAY, status=503, headers=headers, content_type="text/plain; charset=utf-8")
