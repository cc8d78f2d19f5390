"""One's own account: who one is, how one signs in, where one is signed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.views import PasswordChangeView, PasswordSetView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.access.signin import factors, profile, step_up, trail
from apps.access.signin import sessions as signin_sessions
from apps.access.signin.forms import ConfirmForm
from apps.access.signin.requests import browser_of
from apps.core.errors import Invalid
from apps.core.languages import choosing
from apps.core.time_zones import known_zones
from apps.portal.doors import actor, person

SECTION = {"section": "account"}


@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Name, language and time zone, and the way to everything else."""
    me, error = person(request), None
    if request.method == "POST":
        try:
            profile.change_profile(
                actor=actor(request),
                user=me,
                name=request.POST.get("name", ""),
                time_zone=request.POST.get("time_zone", ""),
                language=request.POST.get("language", ""),
            )
        except Invalid as refused:
            error = refused
        else:
            with choosing.reading(me.language):
                messages.success(request, _("Your profile was saved."))
            return redirect("portal:account")
    context = {
        **SECTION,
        "page": "profile",
        "error": error,
        "languages": choosing.known_languages(),
        "time_zones": sorted(known_zones()),
        "identities": me.entra_identities.all(),
    }
    return render(request, "portal/account/profile.html", context, status=400 if error else 200)


@login_required
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Prove once more who one is: with a passkey, with password and code, or at Microsoft."""
    me = person(request)
    back = step_up.safe_path(request.POST.get("next") or request.GET.get("next", "")) or "/"
    form = _proof(request) if request.method == "POST" else None
    if form is not None and form.is_valid():
        with transaction.atomic():
            step_up.confirm(request)
            method = "passkey" if "credential" in request.POST else "code"
            trail.record(request, me, "identity.confirmed", method=method)
        return redirect(back)
    has_passkey = factors.factors_of(me).filter(type=Authenticator.Type.WEBAUTHN).exists()
    identity = str(request.session.get(signin_sessions.ENTRA_IDENTITY, ""))
    context = {
        **SECTION,
        "next": back,
        "minutes": settings.HOLDFAST_STEP_UP_SECONDS // 60,
        "form": form,
        "through": request.session.get(signin_sessions.THROUGH, "local"),
        "entra_cloud": identity.partition("/")[0],
        "by_password": _may_confirm_by_password(request),
        "has_code": "code" in ConfirmForm(request=request, user=me).fields,
        "passkey_options": (
            {"request_options": webauthn.begin_authentication(me)} if has_passkey else None
        ),
    }
    return render(request, "portal/account/confirm.html", context, status=400 if form else 200)


def _proof(request: HttpRequest) -> Any:
    """The form with the proof that was sent, None for a kind that is none for this person."""
    me = person(request)
    if "credential" in request.POST:
        return ReauthenticateWebAuthnForm(request.POST, user=me)
    if _may_confirm_by_password(request):
        return ConfirmForm(request.POST, request=request, user=me)
    return None


@login_required
@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in; ends one session, or all others."""
    me = person(request)
    if request.method == "POST":
        _end_sessions(request)
        return redirect("usersessions_list")
    context = {
        **SECTION,
        "page": "sessions",
        "sessions": [
            (session, browser_of(session.user_agent)) for session in signin_sessions.sessions_of(me)
        ],
    }
    return render(request, "portal/account/sessions.html", context)


@step_up.required
@require_POST
def unlink_microsoft(request: HttpRequest) -> HttpResponse:
    """Let go of a Microsoft account; who has no password keeps it, or could not get in."""
    me = person(request)
    identity = _uuid(request.POST.get("identity", ""))
    if identity is not None and me.has_usable_password():
        with transaction.atomic():
            if me.entra_identities.filter(pk=identity).delete()[0]:
                trail.record(request, me, "identity.unlinked")
        messages.success(request, _("That Microsoft account does not sign you in any more."))
    return redirect("portal:account")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _may_confirm_by_password(request: HttpRequest) -> bool:
    """A password alone is no proof for who came in through Entra; it takes a second factor too."""
    me = person(request)
    is_local = request.session.get(signin_sessions.THROUGH, "local") == "local"
    return me.has_usable_password() and (is_local or factors.has_second_factor(me))


def _end_sessions(request: HttpRequest) -> None:
    me = person(request)
    mine = UserSession.objects.filter(user=me).exclude(session_key=request.session.session_key)
    if one := request.POST.get("session"):
        mine = mine.filter(pk=int(one) if one.isdecimal() else None)
    with transaction.atomic():
        ended = signin_sessions.end(mine)
        if ended:
            trail.record(request, me, "session.ended", sessions=ended)
    messages.success(request, _("Signed out there.") if ended else _("There was nothing to end."))


@require_http_methods(["GET"])
def passkeys(request: HttpRequest) -> HttpResponse:
    """Passkeys are shown with the other factors."""
    return redirect("mfa_index")


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]  # allauth is not typed
    """Every key is a passkey: it is found without a name, and asks who holds it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = webauthn.begin_registration(self.request.user, True)
        return context | {"js_data": {"creation_options": options}}

    @method_decorator(transaction.atomic)
    def form_valid(self, form: Any) -> Any:
        return super().form_valid(form)


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]  # allauth is not typed
    """Removes a passkey, but never the last second factor."""

    @method_decorator(transaction.atomic)
    def form_valid(self, form: Any) -> Any:
        adapter = factors.FactorsAdapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_index")
        return super().form_valid(form)


class ChangePassword(PasswordChangeView):  # type: ignore[misc]  # allauth is not typed
    """Changes the password; every other session ends."""

    @method_decorator(transaction.atomic)
    def form_valid(self, form: Any) -> Any:
        return super().form_valid(form)


class SetPassword(PasswordSetView):  # type: ignore[misc]  # allauth is not typed
    """A first password, for who has only signed in with Microsoft so far."""

    def get_default_success_url(self) -> str:
        return reverse("mfa_index")

    @method_decorator(transaction.atomic)
    def form_valid(self, form: Any) -> Any:
        return super().form_valid(form)


add_passkey = AddPasskey.as_view()
remove_passkey = RemovePasskey.as_view()
change_password = ChangePassword.as_view()
set_password = SetPassword.as_view()
