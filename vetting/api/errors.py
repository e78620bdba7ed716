"""Errors of the API as problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.signals import got_request_exception
from django.utils.log import log_response
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

MEDIA_TYPE = "application/problem+json"
SENTENCES = {
    # One sentence for all of them, so that nobody learns which unpublished records exist.
    404: "There is no published record at this address. /api/v1/ lists what there is.",
    406: "The answer exists as application/json only, a table as text/csv; leave out the Accept header or name it.",
    500: "Something failed on our side and was written down. The request itself may be right; try again later.",
}


def problem(error: Exception, context: dict[str, Any]) -> Response:
    """Answer any error with problem details; what nobody expected is written down and told to no one."""
    response = exception_handler(error, context)
    if response is None:
        return _unexpected(error, context["request"])
    return _as_problem(response, error, context["request"])


def _unexpected(error: Exception, request: Request) -> Response:
    set_rollback()
    response = _as_problem(Response(status=500), error, request)
    got_request_exception.send(sender=None, request=request._request)
    log_response("%s", request.path, response=response, request=request._request, exception=error)
    return response


def _as_problem(response: Response, error: Exception, request: Request) -> Response:
    fields = list(_fields(error))
    response.data = {
        "type": "about:blank",
        "title": HTTPStatus(response.status_code).phrase,
        "status": response.status_code,
        "detail": _detail(response, fields),
        "instance": request._request.get_full_path(),
    } | ({"errors": fields} if fields else {})
    response.content_type = MEDIA_TYPE
    return response


def _fields(error: Exception) -> Iterator[dict[str, str]]:
    """Each thing that was wrong, by the name of the parameter."""
    detail = error.detail if isinstance(error, exceptions.ValidationError) else None
    for name, sentences in detail.items() if isinstance(detail, Mapping) else ():
        yield {"field": str(name), "detail": " ".join(map(str, sentences))}


def _detail(response: Response, fields: list[dict[str, str]]) -> str:
    if response.status_code in SENTENCES:
        return SENTENCES[response.status_code]
    if fields:
        return " ".join(f"{field['field']}: {field['detail']}" for field in fields)
    return str(response.data["detail"])
