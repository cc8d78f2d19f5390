"""Reading a thing again only if it has changed: ETag and If-None-Match (RFC 9110, section 13)."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import digests

# Of an answer without a body, as of one with it.
_KEPT = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


def conditional(request: Request, response: Response) -> HttpResponseBase:
    """The rendered answer with an ETag; 304 without a body for whoever sent that ETag.

    The right to see the thing was asked and the look recorded before, as for any answer.
    """
    etag = f'"{digests.sha256(response.rendered_content)[:16].hex()}"'
    response["ETag"] = etag
    answer = get_conditional_response(request._request, etag=etag, response=response) or response
    for name in _KEPT:
        if name in response:
            answer[name] = response[name]
    return answer
