"""The emergency mode of a side: Entra is not to be trusted, or does not answer.

Sign-in through Entra is off and its sessions end; sign-in with passkeys and passwords is on, even
where it is not otherwise. Both sides are told, and see it on their pages until it is over.
"""

from uuid import UUID

from django.conf import settings
from django.core.cache import caches
from django.db import transaction

from apps.access.models import Membership, MSPSignIn, TenantSignIn, User
from apps.access.selectors import msps_of, tenants_of
from apps.access.services.guards import record
from apps.access.sides import On
from apps.access.signin.governing import end_entra_sessions
from apps.access.signin.sides import require_may_manage, saved_policy, tell_both
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid
from apps.core.scope import no_scope
from apps.tenants.models import Tenant

_BEGUN = """\
{who} began the emergency mode of {side}:

  {reason}

From now on the people of {side} sign in to Holdfast with a passkey, or with a password and a second
factor, and not with Microsoft. Whoever has neither asks a colleague, or {other}, for a link.

  {url}
"""
_ENDED = """\
{who} ended the emergency mode of {side}. Its people sign in as before.

  {url}
"""
# The pages' notice may be this many seconds late.
_NOTICED_AFTER = 20
_CACHE_KEY = "sides-in-emergency"


@transaction.atomic
def begin(*, actor: Actor, side: On, reason: str) -> None:
    """Switch Entra off and local sign-in on. Raises Conflict, Invalid, NotAllowed, NotFound."""
    require_may_manage(actor, side)
    reason = reason.strip()
    if not reason:
        raise Invalid("Say why: both sides read it.", code="no-reason", safe="Nothing changed.")
    with no_scope("an emergency concerns all people of a side"):
        policy = saved_policy(side)
        if policy.emergency_since is not None:
            raise Conflict("The emergency mode is on already.", code="emergency-on")
        policy.emergency_since, policy.emergency_reason = clock.now(), reason[:2000]
        policy.save()
        end_entra_sessions(side)
    record(actor, "emergency.begun", side, side.name, reason=reason)
    _tell(actor, side, f"Emergency mode at {side.name}", _BEGUN, reason)


@transaction.atomic
def end(*, actor: Actor, side: On) -> None:
    """Go back to how the side's people signed in before. Raises Conflict, NotAllowed, NotFound."""
    require_may_manage(actor, side)
    with no_scope("an emergency concerns all people of a side"):
        policy = saved_policy(side)
        if policy.emergency_since is None:
            raise Conflict("The emergency mode is not on.", code="emergency-off")
        policy.emergency_since, policy.emergency_reason = None, ""
        policy.save()
    record(actor, "emergency.ended", side, side.name)
    _tell(actor, side, f"The emergency mode at {side.name} is over", _ENDED)


def emergencies_for(user: User) -> list[str]:
    """The names of the sides in emergency that the person should know of; no query without any."""
    tenant_ids, msp_ids = _in_emergency()
    if not tenant_ids and not msp_ids:
        return []
    with no_scope("both sides of an emergency see it"):
        seen = tenants_of(user).filter(pk__in=tenant_ids).values_list("name", flat=True)
        run = msps_of(user).filter(pk__in=msp_ids).values_list("name", flat=True)
        own = Membership.objects.filter(user=user, tenant__in=tenant_ids)
        names = {*seen, *run, *own.values_list("tenant__name", flat=True)}
    return sorted(names)


def _in_emergency() -> tuple[list[UUID], list[UUID]]:
    found: tuple[list[UUID], list[UUID]] | None = caches["process"].get(_CACHE_KEY)
    if found is None:
        with no_scope("which sides are in an emergency"):
            tenants = TenantSignIn.objects.filter(emergency_since__isnull=False)
            msps = MSPSignIn.objects.filter(emergency_since__isnull=False)
            found = (
                list(tenants.values_list("tenant_id", flat=True)),
                list(msps.values_list("msp_id", flat=True)),
            )
        caches["process"].set(_CACHE_KEY, found, _NOTICED_AFTER)
    return found


def _tell(actor: Actor, side: On, subject: str, text: str, reason: str = "") -> None:
    transaction.on_commit(lambda: caches["process"].delete(_CACHE_KEY))
    place = "tenants" if isinstance(side, Tenant) else "msp"
    other = side.msp.name if isinstance(side, Tenant) else "whoever runs Holdfast"
    filled = text.format(
        who=actor.name,
        side=side.name,
        other=other,
        reason=reason,
        url=f"{settings.HOLDFAST_BASE_URL}/{place}/{side.pk}/sign-in/",
    )
    tell_both(side, subject=subject, text=filled)
