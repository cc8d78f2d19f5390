"""Pages for when something is not there, not allowed or broken."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.core.languages.choosing import shown

TITLES = {
    400: "That cannot be done",
    403: "Your role does not allow this",
    404: "There is nothing here",
    409: "Something else is in the way",
    500: "Something broke on our side",
    502: "Microsoft refused it or did not answer",
    503: "Something we need does not answer",
}


def error_page(
    request: HttpRequest, status: int, message: str, *, safe: str = "", todo: str = ""
) -> HttpResponse:
    """One calm page for every error; `message` is for the reader."""
    context = {
        "code": status,
        "title": shown(TITLES[status]),
        "message": shown(message),
        "safe": shown(safe),
        "todo": shown(todo),
    }
    return render(request, "portal/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400, "The request was not understood.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403, "You may see this, but your role does not allow it.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(
        request, 404, "This address leads nowhere, or to something that is not yours to see."
    )


def broken(request: HttpRequest) -> HttpResponse:
    return error_page(
        request,
        500,
        "The page could not be made; the error is in our log.",
        safe="Nothing was changed in any tenant.",
        todo="Try again; if it happens again, tell whoever runs Holdfast when it was.",
    )


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(
        request,
        403,
        "The form was too old, or your browser sent no cookie.",
        safe="Nothing was done.",
        todo="Go back, load the page again and repeat it.",
    )
