"""What holds for every request of somebody who has signed in."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from apps.access.models import User
from apps.access.signin import factors, sessions
from apps.access.signin.session_store import held_by

GetResponse = Callable[[HttpRequest], HttpResponse]

# What somebody without a second factor can reach: setting one up, and leaving.
SETTING_UP = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "account_logout",
        "portal:theme",
        "portal:brand-colours",
        "portal:brand-logo",
        "healthz",
    }
)


class PersonOfSession(AuthenticationMiddleware):
    """As Django's, but the person who was read with the session is not asked for again."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _person_of(request))  # type: ignore[assignment]


def _person_of(request: HttpRequest) -> Any:
    known = getattr(request, "_cached_user", None) or held_by(request.session)
    return known or get_user(request)


class SessionLimits:
    """Ends sessions that are too old or were left alone, and keeps when they were used last."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if sessions.is_over(request):
                logout(request)
                messages.info(request, "Your session was over. Sign in again to go on.")
            else:
                sessions.note_use(request)
        return self.get_response(request)


class SecondFactorRequired:
    """Leads a local account without a second factor to the page where it sets one up."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.view_name in SETTING_UP or not _lacks_one(request):
            return None
        url = reverse("mfa_index")
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)


def _lacks_one(request: HttpRequest) -> bool:
    user = request.user
    if not isinstance(user, User) or request.session.get(sessions.THROUGH) == "entra":
        return False
    if request.session.get(sessions.HAS_FACTOR):
        return False
    if factors.has_second_factor(user):
        request.session[sessions.HAS_FACTOR] = True
        return False
    return True
