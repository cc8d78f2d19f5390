"""Reading a thing again only if it has changed, and changing it only if it has not: ETag with
If-None-Match and If-Match (RFC 9110, section 13)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import digests, locks
from apps.core.errors import Stale

# Of an answer without a body, as of one with it.
_KEPT = ("RateLimit", "X-RateLimit", "Cache-Control")


class HasChanged(Stale):
    """If-Match names another state of the thing than the one it is in."""

    default_code = "precondition-failed"
    http_status = 412


def conditional(request: Request, response: Response) -> HttpResponseBase:
    """The rendered answer with an ETag; 304 without a body for whoever sent that ETag.

    The right to see the thing was asked and the look recorded before, as for any answer.
    """
    response["ETag"] = etag = _etag(response.rendered_content)
    answer = get_conditional_response(request._request, etag=etag, response=response) or response
    for name, value in response.items():
        if name.startswith(_KEPT):
            answer[name] = value
    return answer


def if_unchanged(
    request: Request, read: Callable[[], Any] | None, act: Callable[[], Response]
) -> Response:
    """What act() answers, if the thing is as If-Match says. Raises HasChanged.

    read: answers as GET does at the same address, None where nothing can be read. From the look to
    the end of the change the address is locked for others who come with If-Match.
    """
    wanted = parse_etags(request.headers["If-Match"])
    with transaction.atomic():
        locks.hold_in_transaction(locks.api_thing(request.path))
        if read is None or not _is_one_of(wanted, read().data):
            raise HasChanged(
                "The thing is not as If-Match says.",
                safe="Nothing was changed.",
                todo="Read it again, look whether the change is still wanted, and send its ETag.",
            )
        return act()


def _is_one_of(wanted: list[str], data: Any) -> bool:
    return wanted == ["*"] or _etag(JSONRenderer().render(data)) in wanted


def _etag(content: bytes) -> str:
    return f'"{digests.sha256(content)[:16].hex()}"'
