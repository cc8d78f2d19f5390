"""One id for everything that a request does."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"


class RequestId:
    """Gives every request an id of its own, as `request.request_id`, and says it in the answer.

    The id ties the records of the audit trail to one request, so it is never taken from a header:
    whoever sends the request could choose the id of somebody else's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response[HEADER] = request_id(request)
        return response


def request_id(request: HttpRequest) -> str:
    """The id of a request: 32 hexadecimal digits; "" outside the middleware."""
    return getattr(request, "request_id", "")
