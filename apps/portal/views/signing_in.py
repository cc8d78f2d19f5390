"""Before one is signed in: the forgotten password."""

from __future__ import annotations

from typing import Any

from allauth.account.views import PasswordResetView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.decorators import method_decorator


@method_decorator(login_not_required, name="dispatch")
class ForgottenPassword(PasswordResetView):  # type: ignore[misc]  # allauth is not typed
    """Asks for a mail with a link; answers the same whether there is such an account or not."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            return redirect("portal:account")
        return super().dispatch(request, *args, **kwargs)


forgot = ForgottenPassword.as_view()
