"""Archived copies as they were captured, served from an origin of their own where no cookie and no page of ours is."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from typing import BinaryIO, Self, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from allegations.actions.links.store import archive
from allegations.links.archive.store import StoreError
from allegations.models import Capture
from allegations.views.audience import is_reviewer, is_withheld, visible_to
from allegations.views.framing import framed

VALID_S = 300
SALT = "archived-copy"
IN_MEMORY = 1_000_000
PIECE = 256 * 1024
LARGEST_SHOWN = 20_000_000
PAGE = "text/html"
# What a frame may show, by media type. All else is a download without a type: SVG, XML and PDF can hold programs.
SHOWN = {
    PAGE: "html.txt",
    "image/avif": "avif",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
}
# How a downloaded copy is named, so that opening it runs nothing.
ENDINGS = SHOWN | {"application/pdf": "pdf", "text/plain": "txt", "text/csv": "txt", "image/svg+xml": "svg.txt"}
CAPTURED = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
ALWAYS = {
    "Accept-Ranges": "none",
    "Cache-Control": "no-store",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Robots-Tag": "noindex, nofollow",
}


class NotAsStored(Exception):
    """The bytes in the archive are not those that were stored."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Leave to read one copy for five minutes.

    `shown` tells that it is shown in a frame of `site` and not downloaded; `reviewer` is the id of the person for
    whom it was made where the public may not see the source.
    """

    capture: int
    shown: bool
    site: str
    reviewer: int | None = None

    def signed(self) -> str:
        return signing.dumps([self.capture, self.shown, self.site, self.reviewer], salt=SALT)

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the ticket that `signed` wrote, or raise signing.BadSignature; SignatureExpired after five minutes."""
        return cls(*signing.loads(text, salt=SALT, max_age=VALID_S))

    @property
    def address(self) -> str:
        """Where the copy is to be had with this ticket."""
        path = reverse("archived-copy", args=[self.signed()], urlconf=settings.ARCHIVE_URLCONF)
        return f"{settings.ARCHIVE_ORIGIN}{path}"


def media_type(capture: Capture) -> str:
    """What the server said that the copy is, without its parameters: “text/html”."""
    return capture.media_type.partition(";")[0].strip().lower()


def can_be_shown(capture: Capture) -> bool:
    """Tell whether a frame may show the copy."""
    return media_type(capture) in SHOWN and capture.size <= LARGEST_SHOWN


@require_safe
def copy(request: HttpRequest, ticket: str) -> HttpResponseBase:
    """Serve one copy to whoever holds a ticket for it and may still see its source."""
    if "Service-Worker" in request.headers:
        return refuse("Nothing here may become a service worker.")
    try:
        leave = Ticket.read(ticket)
    except signing.SignatureExpired:
        return refuse("This link to a copy was good for five minutes. Open the page of the copy again.")
    except signing.BadSignature:
        return refuse("This link to a copy was not made by this site.")
    if leave.shown and request.headers.get("Sec-Fetch-Dest") != "iframe":
        return refuse(
            "This copy is shown in its frame on the page about it only. Open that page, in a current browser."
        )
    capture = _capture(leave)
    if capture is None:
        return refuse("There is no such copy.", status=404)
    return _served(request, capture, leave)


def refuse(words: str, *, status: int = 403) -> HttpResponse:
    """Answer in plain words that nothing is to be had."""
    answer = HttpResponse(f"{words}\n", content_type="text/plain; charset=utf-8", status=status, headers=ALWAYS)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _capture(leave: Ticket) -> Capture | None:
    """The copy, unless who holds the ticket may see its source no longer."""
    users = get_user_model().objects
    person = users.filter(pk=leave.reviewer).first() if leave.reviewer is not None else None
    if leave.reviewer is not None and not (person and is_reviewer(person)):
        return None
    visible = visible_to(person).filter(captures=leave.capture)
    capture = Capture.objects.select_related("source", "file").filter(pk=leave.capture, source__in=visible).first()
    return None if capture is None or is_withheld(capture.source) else capture


def _served(request: HttpRequest, capture: Capture, leave: Ticket) -> HttpResponseBase:
    if not capture.is_intact:
        return refuse("The file in the archive is not what was stored, so it is not shown.", status=503)
    if leave.shown and not can_be_shown(capture):
        return refuse("A copy of this kind or size can only be downloaded.")
    try:
        file = verified(capture)
    except (StoreError, OSError, NotAsStored):
        return refuse("The archive cannot give what was stored, so nothing is shown.", status=503)
    if leave.shown and media_type(capture) == PAGE:
        with file:
            page = framed(file.read(), capture.media_type, capture.final_url)
        size = {"Content-Length": str(len(page))}
        return HttpResponse(page, content_type=f"{PAGE}; charset=utf-8", headers=_headers(leave) | size)
    return _as_stored(request, file, capture, leave)


def _as_stored(request: HttpRequest, file: BinaryIO, capture: Capture, leave: Ticket) -> HttpResponseBase:
    answer = FileResponse(
        file,
        as_attachment=not leave.shown,
        filename=file_name(capture),
        content_type=media_type(capture) if leave.shown else "application/octet-stream",
        headers=_headers(leave),
    )
    if request.method == "HEAD":
        answer.streaming_content = ()
    return answer


def _headers(leave: Ticket) -> dict[str, str]:
    framed_by = leave.site if leave.shown else "'none'"
    return ALWAYS | {"Content-Security-Policy": f"sandbox; {CAPTURED}; frame-ancestors {framed_by}"}


def file_name(capture: Capture) -> str:
    """How a downloaded copy is called: by its day and its digest, with an ending that runs nothing."""
    ending = ENDINGS.get(media_type(capture), "bin")
    return f"copy-{capture.captured_at:%Y-%m-%d}-{capture.sha256[:12]}.{ending}"


def verified(capture: Capture) -> BinaryIO:
    """Return the stored bytes from their start. Raises StoreError, or NotAsStored where their digest is another."""
    whole = cast(BinaryIO, tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 (the answer closes it)
    try:
        if _copied(capture.file.key, whole) != capture.sha256:
            raise NotAsStored(capture.file.key)
    except Exception:
        whole.close()
        raise
    whole.seek(0)
    return whole


def _copied(key: str, to: BinaryIO) -> str:
    """Copy a file of the archive and return its SHA-256."""
    digest = hashlib.sha256()
    with archive().open(key) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            to.write(piece)
    return digest.hexdigest()


def site_of(request: HttpRequest) -> str:
    """The origin under which the site is being read."""
    return f"{request.scheme}://{request.get_host()}"


def is_served() -> bool:
    """Tell whether there is an origin from which copies are shown."""
    return bool(urlsplit(settings.ARCHIVE_ORIGIN).netloc)
