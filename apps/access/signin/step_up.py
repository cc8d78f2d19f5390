"""Step-up: before an act of weight a person proves once more who he is, however he signed in.

The proof counts for settings.HOLDFAST_STEP_UP_SECONDS. Signing in with a second factor is one too.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from apps.access.signin import sessions
from apps.core import clock

View = Callable[..., HttpResponse]


def is_recent(request: HttpRequest) -> bool:
    """Whether the person has proved who he is recently enough for an act of weight."""
    confirmed_at = request.session.get(sessions.CONFIRMED_AT)
    if not request.user.is_authenticated or confirmed_at is None:
        return False
    age = clock.now().timestamp() - float(confirmed_at)
    return 0 <= age < float(settings.HOLDFAST_STEP_UP_SECONDS)


def confirm(request: HttpRequest) -> None:
    """Note that the person has just proved who he is; the session gets a new key."""
    request.session[sessions.CONFIRMED_AT] = clock.now().timestamp()
    sessions.rotate(request)


def required(view: View) -> View:
    """A page, and what is done on it, only for whom has proved recently who he is."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if is_recent(request) else ask(request)

    return login_required(door)


def ask(request: HttpRequest, *, default: str = "/") -> HttpResponse:
    """Lead to the page for the proof, and from there back to the page one came from.

    What was sent is not kept: whoever sits there afterwards presses the button again. default:
    the page to come back to where the request does not tell.
    """
    back = _origin(request) or default
    url = f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}"
    if request.method != "GET":
        messages.warning(request, "Nothing was done yet: confirm first that it is you.")
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def safe_path(text: str) -> str:
    """The text if it is a path on this site, else ""."""
    is_path = text.startswith("/") and url_has_allowed_host_and_scheme(text, allowed_hosts=None)
    return text if is_path else ""


def _origin(request: HttpRequest) -> str:
    """The page that a request belongs to: itself, or the one its form was on; "" if unknown."""
    if request.method == "GET":
        return request.get_full_path()
    if back := safe_path(request.POST.get("back", "")):
        return back
    referer = urlsplit(request.headers.get("Referer", ""))
    return safe_path(referer.path) if referer.netloc == request.get_host() else ""
