"""Errors in Graph's shape: https://learn.microsoft.com/graph/errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.response import Response

from apps.api import problems
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotFound

_CODES = {
    400: "BadRequest",
    401: "InvalidAuthenticationToken",
    403: "Authorization_RequestDenied",
    404: "ResourceNotFound",
    405: "MethodNotAllowed",
    409: "Conflict",
    413: "RequestEntityTooLarge",
    415: "UnsupportedMediaType",
    429: "TooManyRequests",
    502: "BadGateway",
    503: "ServiceNotAvailable",
}


def answer(error: Exception, context: Mapping[str, Any]) -> Response:
    """What the rest of the API says as a problem, said as Graph says it.

    The problem's own stable code stands in `innerError`.
    """
    response = problems.answer(error, context)
    said = response.data
    now = clock.now()
    response.data = {
        "error": {
            "code": _CODES.get(response.status_code, "InternalServerError"),
            "message": _message(said),
            "innerError": {
                "code": said["code"],
                "date": f"{now:%Y-%m-%dT%H:%M:%S}",
                "request-id": said["request_id"],
                "client-request-id": client_request_id(context["request"]) or said["request_id"],
            },
        }
    }
    response.content_type = None
    return response


def client_request_id(request: Any) -> str:
    """What the caller calls his request; "" where it is no name that can be said back."""
    given = request.META.get("HTTP_CLIENT_REQUEST_ID", "")
    return given if given.isascii() and given.isprintable() and len(given) <= 64 else ""


def unusable(name: str, words: str) -> Invalid:
    """A query option, or a property, that cannot be used as it was given."""
    return Invalid(f"{name}: {words}", code="bad-query")


def no_such_snapshot() -> NotFound:
    return NotFound(
        "This isn't a valid timestamp for recovery. The provided timestamp should be in the list "
        "of available backups.",
        code="no-such-snapshot",
    )


def no_such_job() -> NotFound:
    return NotFound("There is no recovery job with this identifier.", code="no-such-job")


def not_successful(job_id: object) -> Invalid:
    return Invalid(
        f"Job with identifier `{job_id}` must have completed successfully prior to enumerating "
        "changes.",
        code="job-not-successful",
    )


def ended(job_id: object) -> Conflict:
    return Conflict(f"Job with identifier `{job_id}` has ended.", code="job-ended")


def _message(said: Mapping[str, Any]) -> str:
    wrong = (f"{one['field']}: {one['message']}" for one in said.get("errors", ()))
    parts = (said["detail"], said.get("safe", ""), said.get("todo", ""), *wrong)
    return " ".join(part for part in parts if part)
