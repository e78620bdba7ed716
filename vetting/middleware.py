"""Which origin answers with what, and what every answer to a signed-in person carries."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.http.request import split_domain_port
from django.urls import resolve

from allegations.views.archive_origin import refuse

Answer = Callable[[HttpRequest], HttpResponse]


class ArchiveOrigin:
    """Answer under the name of ARCHIVE_ORIGIN with archived copies and nothing else; elsewhere these do not exist.

    No middleware after this one sees such a request: nothing of it reads or sets a cookie.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        archive, asked = urlsplit(settings.ARCHIVE_ORIGIN), request.META.get("HTTP_HOST", "").lower()
        if not archive.netloc:
            return self.get_response(request)
        if asked == archive.netloc:
            return _from_the_archive(request)
        name, port = split_domain_port(asked)
        if settings.DEMO and name == archive.hostname:  # cookies of this name would reach the copies, whatever the port
            return HttpResponseRedirect(f"http://127.0.0.1:{port}{request.get_full_path()}")
        return self.get_response(request)


def _from_the_archive(request: HttpRequest) -> HttpResponseBase:
    try:
        view, args, kwargs = resolve(request.path_info, settings.ARCHIVE_URLCONF)
        answer: HttpResponseBase = view(request, *args, **kwargs)
    except Http404:
        return refuse("There is no such copy.", status=404)
    return answer


class PrivateAnswers:
    """Keep what a signed-in person sees out of every cache on the way, and have all else asked for anew.

    A view that lets its answer be kept says so itself.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        private = settings.SESSION_COOKIE_NAME in request.COOKIES or request.path.startswith("/admin/")
        if private or response.cookies:
            response.headers["Cache-Control"] = "no-store, private"
        response.headers.setdefault("Cache-Control", "no-cache")
        return response
