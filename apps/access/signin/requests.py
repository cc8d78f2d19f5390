"""What sign-in reads off a request: who acts, from where, with which browser."""

from django.conf import settings
from django.http import HttpRequest

from apps.access.models import User
from apps.core.actor import Actor

_BROWSERS = ("Edg/", "OPR/", "Firefox/", "Chrome/", "Safari/")
_BROWSER_NAMES = {"Edg/": "Edge", "OPR/": "Opera"}
_SYSTEMS = ("Windows", "iPhone", "iPad", "Android", "Mac OS", "Linux")


def address_of(request: HttpRequest) -> str:
    """The client's network address, as the proxies we trust report it."""
    return str(request.META.get("REMOTE_ADDR", ""))


def actor_of(request: HttpRequest, user: User) -> Actor:
    """The person as the one who acts through the portal."""
    return Actor(
        kind="user",
        user_id=user.pk,
        name=user.name,
        address=address_of(request),
        request_id=getattr(request, "request_id", ""),
        via="portal",
    )


def stranger(request: HttpRequest) -> Actor:
    """Whoever is at the sign-in page and has not proved to be anybody."""
    return Actor(
        kind="system",
        name="Sign-in page",
        address=address_of(request),
        request_id=getattr(request, "request_id", ""),
        via="portal",
    )


def browser_of(user_agent: str) -> str:
    """A browser and a system as people call them ("Firefox on Windows"), or "Unknown browser"."""
    browser = next((name for name in _BROWSERS if name in user_agent), "")
    system = next((name for name in _SYSTEMS if name in user_agent), "")
    if not browser:
        return "Unknown browser"
    label = _BROWSER_NAMES.get(browser, browser.rstrip("/"))
    return f"{label} on {system}" if system else label


def cookie_name(name: str) -> str:
    """A cookie's name: bound to this very host where the portal is reached over TLS."""
    return f"__Host-{name}" if settings.SESSION_COOKIE_SECURE else f"holdfast-{name}"
