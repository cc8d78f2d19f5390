"""Second factors: passkeys, authenticator apps (TOTP), recovery codes. allauth keeps them."""

from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.access.models import User
from apps.access.signin import secrets

_PURPOSE = "second-factor"
# Recovery codes stand in for one of these, and are none by themselves.
TYPES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def factors_of(user: User) -> QuerySet[Authenticator]:
    """The person's second factors, recovery codes left out."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=user.pk, type__in=TYPES)
    return found


def has_second_factor(user: User) -> bool:
    """Whether the person has a passkey or an authenticator app. One query."""
    return factors_of(user).exists()


def give_totp(user: User, secret: str) -> Authenticator:
    """Set up an authenticator app whose secret (base32) is known already."""
    return TOTP.activate(user, secret).instance


class FactorsAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is not typed
    """Keeps second factors sealed, bound to the portal's own address, and never without one."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": (
            _("This is your only second factor. Set up another one first, then remove this one.")
        ),
        "incorrect_code": _("That code is not right, or it was used already."),
    }

    def encrypt(self, text: str) -> str:
        return secrets.seal_text(text, purpose=_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.unseal_text(encrypted_text, purpose=_PURPOSE)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = factors_of(authenticator.user).exclude(pk=authenticator.pk)
        return bool(authenticator.type == Authenticator.Type.RECOVERY_CODES or others.exists())

    def get_totp_issuer(self) -> str:
        return "Holdfast"

    def generate_authenticator_name(self, user: User, type: Any) -> str:  # noqa: A002 - allauth's
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Passkey {number + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        # From the settings and not from the request: passkeys are bound to it for good.
        host = urlsplit(str(settings.HOLDFAST_BASE_URL)).hostname or "localhost"
        return {"id": host, "name": "Holdfast"}
