"""Signing in, and one's own account. The names without a prefix are those that allauth asks for.

People are invited: of allauth's pages only those that signing in needs are open, and what changes
how one signs in is behind a fresh proof of who one is.
"""

from __future__ import annotations

from allauth.account import views as allauth_account
from allauth.mfa.base import views as allauth_factors
from allauth.mfa.recovery_codes import views as allauth_codes
from allauth.mfa.totp import views as allauth_totp
from allauth.mfa.webauthn import views as allauth_passkeys
from django.contrib.auth.decorators import login_required
from django.urls import path, re_path
from django.views.decorators.http import require_GET

from apps.access.signin.step_up import required
from apps.portal.views import account, microsoft, signing_in

FACTORS = "account/factors/"

urlpatterns = [
    path("accounts/login/", allauth_account.login, name="account_login"),
    path("accounts/login/passkey", allauth_passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("accounts/login/second-factor", allauth_factors.authenticate, name="mfa_authenticate"),
    path("accounts/microsoft/", microsoft.start, name="microsoft"),
    path("accounts/microsoft/callback", microsoft.callback, name="microsoft-callback"),
    path("accounts/microsoft/confirm", microsoft.confirm, name="microsoft-confirm"),
    path("accounts/microsoft/unlink", account.unlink_microsoft, name="unlink-microsoft"),
    path("accounts/microsoft/link", microsoft.link, name="microsoft-link"),
    path("accounts/recover/", signing_in.recover, name="recover"),
    path("accounts/recover/<str:token>/", signing_in.open_recovery, name="open-recovery"),
    path("msp/<uuid:msp_id>/sign-in/prove", microsoft.prove_msp, name="microsoft-prove"),
    path("accounts/logout/", allauth_account.logout, name="account_logout"),
    path("accounts/password/forgot/", signing_in.forgot, name="account_reset_password"),
    path(
        "accounts/password/forgot/sent/",
        allauth_account.password_reset_done,
        name="account_reset_password_done",
    ),
    # The key may hold the character that parts it from the person's id.
    re_path(
        r"^accounts/password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z-]+)/$",
        allauth_account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/new/done/",
        allauth_account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("account/confirm/", account.confirm, name="account_reauthenticate"),
    path("account/password/", required(account.change_password), name="account_change_password"),
    path("account/password/first/", required(account.set_password), name="account_set_password"),
    path("account/sessions/", account.sessions, name="usersessions_list"),
    path(FACTORS, allauth_factors.index, name="mfa_index"),
    path(FACTORS + "app/", required(allauth_totp.activate_totp), name="mfa_activate_totp"),
    path(
        FACTORS + "app/remove/", required(allauth_totp.deactivate_totp), name="mfa_deactivate_totp"
    ),
    path(FACTORS + "passkeys/", login_required(account.passkeys), name="mfa_list_webauthn"),
    path(FACTORS + "passkeys/add/", required(account.add_passkey), name="mfa_add_webauthn"),
    path(
        FACTORS + "passkeys/<int:pk>/rename/",
        required(allauth_passkeys.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
    path(
        FACTORS + "passkeys/<int:pk>/remove/",
        required(account.remove_passkey),
        name="mfa_remove_webauthn",
    ),
    path(
        FACTORS + "codes/",
        required(allauth_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        FACTORS + "codes/new/",
        required(allauth_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        FACTORS + "codes/download/",
        required(require_GET(allauth_codes.download_recovery_codes)),
        name="mfa_download_recovery_codes",
    ),
]
