"""What belongs to no tenant: the choice of colours and of the language."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from apps.access.signin import profile
from apps.core.languages import choosing
from apps.portal.context import THEMES
from apps.portal.doors import actor, came_from, person


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice for a year, or forget it."""
    answer = redirect(came_from(request, default="/"))
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        answer.set_cookie(
            "theme",
            theme,
            max_age=365 * 24 * 60 * 60,
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
    else:
        answer.delete_cookie("theme", samesite="Lax")
    return answer


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Read on in a language: kept with the person, or in the browser of who is not signed in."""
    answer = redirect(came_from(request, default="/"))
    language = request.POST.get("language", "")
    if not choosing.is_known(language):
        return answer
    if request.user.is_authenticated:
        me = person(request)
        profile.change_profile(
            actor=actor(request),
            user=me,
            name=me.name,
            time_zone=me.time_zone,
            language=language,
        )
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer
