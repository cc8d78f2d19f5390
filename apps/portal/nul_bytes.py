"""No NUL bytes in what a browser sends: PostgreSQL takes none, and no form of ours asks for any."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

NUL = "\0"


class NoNulBytes:
    """Answers 400 where the address, a cookie or a field has one. The API looks for itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_the_apis(request):
            query = unquote(request.META.get("QUERY_STRING", ""))
            _refuse(chain([request.path_info, query], request.COOKIES.values()))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if request.method == "POST" and not _is_the_apis(request):
            for name, values in request.POST.lists():
                _refuse((name, *map(str, values)))


def _is_the_apis(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _refuse(texts: Iterable[str]) -> None:
    if any(NUL in text for text in texts):
        raise BadRequest("a NUL byte was sent")
