"""What every page needs: errors in people's words, the reader's zone and colours."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone, translation

from apps.core.errors import HoldfastError
from apps.core.languages import choosing
from apps.portal.refusals import record_refusal
from apps.portal.views.errors import error_page


class PagesAreReadOrSent:
    """Pages are read (GET, HEAD) or sent (POST); no view is to find out what a PUT would do to it.

    Django's form views take a PUT for a POST. The API says itself what it takes.
    """

    METHODS = ("GET", "HEAD", "POST")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in self.METHODS or request.path.startswith("/api/"):
            return self.get_response(request)
        return HttpResponseNotAllowed(self.METHODS)


class ErrorsInWords:
    """Turns a HoldfastError that a page raised into a page with its words and the right status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, HoldfastError) or error.http_status is None:
            return None
        record_refusal(request, error)
        status = error.http_status
        return error_page(request, status, error.message, safe=error.safe, todo=error.todo)


class ReadersLanguage:
    """Pages in the language of the signed-in person, all that programs read in English.

    Who is not signed in reads the language chosen in this browser, else the one it asks for:
    Django's LocaleMiddleware has settled that before.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            translation.activate(choosing.ENGLISH)
        elif choosing.is_known(language := getattr(request.user, "language", "")):
            translation.activate(language)
        request.LANGUAGE_CODE = choosing.language_now()
        return self.get_response(request)


class ReadersZone:
    """Times in the zone of the signed-in person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = getattr(request.user, "time_zone", "") or "UTC"
        try:
            zone = zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            zone = zoneinfo.ZoneInfo("UTC")
        with timezone.override(zone):
            return self.get_response(request)
