"""What every template knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.access.models import User
from apps.access.signin.emergency import emergencies_for
from apps.core.languages import choosing
from apps.portal.branding import brand_shown
from apps.recovery.glass import unreviewed_for

THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """The chosen colours (empty means the system's) and language, the branding, the emergencies to
    know of, and the tenants where the glass was broken and nobody has reviewed it."""
    theme = request.COOKIES.get("theme", "")
    known: dict[str, Any] = {
        "theme": theme if theme in THEMES else "",
        "languages": choosing.known_languages(),
        "language": choosing.language_now(),
    }
    # Parts of pages that are loaded by themselves have none.
    known["brand"] = SimpleLazyObject(lambda: brand_shown(request))
    user = getattr(request, "user", None)
    if isinstance(user, User):
        known["emergencies"] = emergencies_for(user)
        known["glass"] = unreviewed_for(user)
    return known
