"""What belongs to no tenant: the choice of colours."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from apps.portal.context import THEMES
from apps.portal.doors import came_from


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
