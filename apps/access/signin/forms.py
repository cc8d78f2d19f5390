"""Forms of sign-in that differ from allauth's."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.access.models import User
from apps.access.signin import codes, factors


class ResetPasswordForm(allauth_forms.ResetPasswordForm):  # type: ignore[misc]  # not typed
    """A mail is sent whoever is asked for: neither the page nor its time tells who is known."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        if self.users:
            return str(super().save(request, token_generator=default_token_generator, **kwargs))
        email = str(self.cleaned_data["email"])
        get_adapter().send_mail("account/email/unknown_account", email, {})
        return email


class ConfirmForm(forms.Form):
    """Password and one-time code, to prove once more who one is.

    An account that has no second factor yet is asked for its password alone.
    """

    password = forms.CharField(widget=forms.PasswordInput, strip=False)
    code = forms.CharField(max_length=20)

    def __init__(self, *args: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user
        if not factors.has_second_factor(user):
            del self.fields["code"]

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        adapter = get_adapter(self.request)
        if adapter.authenticate(self.request, email=self.user.email, password=password) is None:
            raise forms.ValidationError(_("That is not your password."), code="incorrect_password")
        return password

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        # A code is spent by being looked at: not before the password is right.
        if "password" in self.cleaned_data:
            codes.verify_code(self.request, self.user, code)
        return code
