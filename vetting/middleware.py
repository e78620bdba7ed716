"""What every answer to a signed-in person carries."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class PrivateAnswers:
    """Keep what a signed-in person sees out of every cache on the way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        private = settings.SESSION_COOKIE_NAME in request.COOKIES or request.path.startswith("/admin/")
        if private or response.cookies:
            response.headers["Cache-Control"] = "no-store, private"
        return response
