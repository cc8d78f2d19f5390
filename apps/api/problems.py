"""Errors as problem details (RFC 9457): stable codes for programs (codes.py), words for people.

Nothing of a request's content is repeated but the names of fields that were wrong.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from apps.audit.middleware import request_id
from apps.core.errors import HoldfastError

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

# What the framework refuses by itself, in our codes.
CODES = {
    "not_authenticated": "no-token",
    "parse_error": "malformed-body",
    "not_found": "not-found",
    "permission_denied": "not-allowed",
    "method_not_allowed": "method-not-allowed",
    "unsupported_media_type": "unsupported-media-type",
    "throttled": "too-many-requests",
    "invalid": "invalid-request",
}
TITLES = {
    400: "The request is wrong",
    401: "A valid token is needed",
    403: "Not allowed",
    404: "There is no such thing",
    405: "Not possible here",
    409: "Something else is in the way",
    412: "It has changed since it was read",
    413: "The request is too large",
    415: "Only JSON is taken",
    422: "The request cannot be carried out",
    429: "Too many requests",
    500: "Something broke on our side",
    502: "Microsoft refused it or did not answer",
    503: "Something we need does not answer",
}


def answer(error: Exception, context: Mapping[str, Any]) -> Response:
    """The response for whatever an operation raised (REST_FRAMEWORK["EXCEPTION_HANDLER"])."""
    request = context["request"]
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, HoldfastError):
        response = _of_ours(error)
    elif isinstance(error, exceptions.APIException):
        response = _of_the_framework(error)
    else:
        response = _of_a_mistake(error, context)
    response.data["request_id"] = request_id(request._request)
    response.content_type = MEDIA_TYPE
    return response


def problem(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """The members of a problem; empty ones are left out."""
    page = f"{settings.HOLDFAST_BASE_URL}/api/problems/{code}"
    said = {"type": page, "title": TITLES[status], "status": status, "code": code}
    return said | {"detail": detail} | {name: value for name, value in more.items() if value}


def _of_ours(error: HoldfastError) -> Response:
    status = error.http_status or 500
    said = problem(status, error.code, error.message, safe=error.safe, todo=error.todo)
    wait = {"Retry-After": str(int(error.retry_after))} if error.retry_after else {}
    return Response(said, status=status, headers=wait)


def _of_the_framework(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        detail = "The request has fields that are missing, unknown or wrong."
        said = problem(400, "invalid-request", detail, errors=list(_fields(error.detail)))
        return Response(said, status=400)
    code = error.get_codes()
    known = CODES.get(str(code), str(code))
    status = error.status_code
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return Response(problem(status, known, str(error.detail)), status=status, headers=headers)


def _of_a_mistake(error: Exception, context: Mapping[str, Any]) -> Response:
    """A mistake of ours: into the log with everything, to the caller with nothing."""
    request = context["request"]._request
    logger.error("%s failed", type(context["view"]).__name__, exc_info=error)
    got_request_exception.send(sender=type(context["view"]), request=request)
    detail = "The operation broke off; the error is in our log."
    return Response(problem(500, "broken", detail), status=500)


def _fields(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Every wrong field with where it is ("selection.kinds.0"), a code and words."""
    if isinstance(detail, Mapping):
        for name, part in detail.items():
            yield from _fields(part, f"{path}.{name}" if path else str(name))
    elif isinstance(detail, list):
        for part in detail:
            yield from _fields(part, path)
    else:
        code = getattr(detail, "code", "") or "invalid"
        where = "" if path == "non_field_errors" else path
        yield {"field": where, "code": code.replace("_", "-"), "message": str(detail)}
