"""What every template knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """The chosen colours; empty means the system's."""
    theme = request.COOKIES.get("theme", "")
    return {"theme": theme if theme in THEMES else ""}
