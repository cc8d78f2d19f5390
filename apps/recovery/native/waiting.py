"""What a run by Microsoft's engine waits for that only a person of the tenant can do."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from apps.recovery.choices import RunState
from apps.recovery.models import NativeRun

BEGIN = (
    "Somebody of the tenant who is an Entra Backup Administrator has to sign in at Microsoft, so "
    "that its recovery begins."
)
STOP = "Somebody of the tenant has to sign in at Microsoft again, so that its job is stopped."


def signing_in_needed(native: NativeRun) -> str:
    """A sentence for people; "" while nobody has to sign in."""
    if native.run.state == RunState.PAUSED and native.waits_for_sign_in:
        return BEGIN
    return STOP if native.may_be_stopped and not native.run.is_finished else ""


def page_of_sign_in(native: NativeRun) -> str:
    """The address of the page that sends people to Microsoft."""
    base = str(settings.HOLDFAST_BASE_URL).rstrip("/")
    return base + reverse("portal:sign-in-for-run", args=[native.tenant_id, native.run_id])
