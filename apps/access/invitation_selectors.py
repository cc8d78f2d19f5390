"""Invitations that wait, and who may change one."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.access import roles, selectors
from apps.access.models import Invitation, User
from apps.access.sides import On
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.scope import no_scope
from apps.tenants.models import Tenant


def invitations_of(on: On) -> QuerySet[Invitation]:
    """Invitations to a tenant or an MSP that nobody has accepted or revoked, newest first."""
    side: dict[str, Any] = {"tenant": on} if isinstance(on, Tenant) else {"msp": on}
    return (
        Invitation.objects.filter(**side, accepted_at__isnull=True, revoked_at__isnull=True)
        .select_related("invited_by", "msp", "tenant__msp")
        .order_by("-created_at")
    )


def access_invitation(actor: Actor, invitation_id: UUID) -> Invitation:
    """An invitation that the actor may change; operators have those by which MSPs are taken in.

    Raises NotFound for one that is not his.
    """
    with no_scope("whose an invitation is is asked next"):
        found = Invitation.objects.select_related("msp", "tenant__msp", "invited_by")
        invitation = found.filter(pk=invitation_id).first()
    if invitation is None or not _may_change(actor, invitation):
        raise NotFound("There is no such invitation.", code="no-such-invitation")
    return invitation


def _may_change(actor: Actor, invitation: Invitation) -> bool:
    if actor.user_id is None or actor.limits is not None:
        return False
    on = invitation.on
    if isinstance(on, Tenant):
        held = selectors.rights_on_tenant(actor.user_id, on)
    else:
        held = selectors.rights_on_msp(actor.user_id, on)
    operators = User.objects.filter(pk=actor.user_id, is_operator=True, is_active=True)
    return roles.MANAGE_PEOPLE in held or (invitation.onboards and operators.exists())
