"""Before one is signed in: the forgotten password, the recovery link."""

from __future__ import annotations

from typing import Any

from allauth.account.views import PasswordResetView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.access.signin import recovery_links
from apps.access.signin.requests import address_of
from apps.core.errors import Conflict, Invalid

RECOVERY = "opened-recovery-link"


@method_decorator(login_not_required, name="dispatch")
class ForgottenPassword(PasswordResetView):  # type: ignore[misc]  # allauth is not typed
    """Asks for a mail with a link; answers the same whether there is such an account or not."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            return redirect("portal:account")
        return super().dispatch(request, *args, **kwargs)


forgot = ForgottenPassword.as_view()


@login_not_required
@require_GET
def open_recovery(request: HttpRequest, token: str) -> HttpResponse:
    """Where a recovery link leads: keep its secret for this visit, out of every address."""
    request.session[RECOVERY] = token
    return redirect("recover")


@login_not_required
@require_http_methods(["GET", "POST"])
def recover(request: HttpRequest) -> HttpResponse:
    """Set a new password with a second person's word; a new second factor comes at sign-in."""
    raw, error = str(request.session.get(RECOVERY, "")), None
    found = recovery_links.find(raw)
    if request.method == "POST":
        try:
            recovery_links.use(
                raw=raw,
                password=request.POST.get("password", ""),
                address=address_of(request),
                request_id=getattr(request, "request_id", ""),
            )
        except (Conflict, Invalid) as refused:
            error = refused
        else:
            del request.session[RECOVERY]
            messages.success(request, _("Your password is set. Sign in with it now."))
            return redirect("account_login")
    context = {"person": found.user, "error": error}
    return render(request, "portal/account/recover.html", context, status=400 if error else 200)
