"""One-time codes: checked under the limits, good for one use within the time they are valid."""

from typing import Any

from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.http import HttpRequest

from apps.access.models import User
from apps.access.signin import devices, limits, trail
from apps.access.signin.adapter import refuse_at_limit
from apps.access.signin.requests import address_of
from apps.core import digests

_BY_CODE = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


def verify_code(request: HttpRequest, user: User, code: str) -> Authenticator:
    """The factor that a code belongs to. Raises ValidationError for a wrong one, and at a limit."""
    buckets = limits.for_code(
        account=str(user.pk),
        address=address_of(request),
        device=devices.device_of(request, user),
    )
    refuse_at_limit(request, user, buckets)
    for factor in Authenticator.objects.filter(user_id=user.pk, type__in=_BY_CODE):
        if factor.wrap().validate_code(code) and _is_first_use(factor, code):
            limits.give_back(buckets)
            return factor
    trail.record_failure(request, user, "second_factor.failed")
    raise get_adapter().validation_error("incorrect_code")


class SecondFactorForm(AuthenticateForm):  # type: ignore[misc]  # allauth is not typed
    """The code after the password."""

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        self.authenticator: Any = verify_code(context.request, self.user, code)
        self.authenticator.user = self.user
        return code


def _is_first_use(factor: Authenticator, code: str) -> bool:
    """allauth remembers a code for one period; with a tolerance it is valid for longer."""
    if factor.type != Authenticator.Type.TOTP:
        return True
    digest = digests.sha256(f"{factor.pk}\0{code.strip().replace(' ', '')}".encode()).hex()
    valid_for = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    return bool(cache.add(f"totp-used:{digest}", True, timeout=valid_for))
