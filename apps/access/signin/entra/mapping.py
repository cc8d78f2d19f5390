"""Roles by what somebody is in Entra: given and taken away at every sign-in."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest

from apps.access.models import MappedRole, Membership, RoleMapping, User
from apps.access.selectors import direct_roles
from apps.access.services.granting import grant_role, revoke_role
from apps.access.signin.entra.id_tokens import Identity
from apps.access.signin.requests import address_of
from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.core.scope import no_scope
from apps.tenants.models import Tenant

_TOO_MANY = (
    "You are in more than 200 groups at Microsoft, and then it does not tell which. Roles on "
    "{tenant} that follow from a group are missing until it does; all others are as usual. Ask a "
    "Tenant Manager to give you the role itself, or to map a directory role; or ask whoever runs "
    "Holdfast to have its sign-in application in Entra name only the groups assigned to it."
)


@transaction.atomic
def apply_mappings(request: HttpRequest, user: User, identity: Identity) -> None:
    """Give the person what his own tenant maps his Entra roles and groups to; take the rest.

    Only what a sign-in gave is taken. A token without roles or groups maps to nothing: an Entra
    that does not tell who somebody is gives him no right here. Where it names no groups because he
    is in too many, he is told, and it is recorded.
    """
    actor = Actor(
        kind="system",
        name="Role mapping",
        address=address_of(request),
        request_id=getattr(request, "request_id", ""),
    )
    with no_scope("roles follow from a sign-in through Entra"):
        sides = Membership.objects.filter(
            user=user, tenant__cloud=identity.cloud, tenant__entra_id=identity.tenant_id
        )
        for side in sides.select_related("tenant__msp"):
            if side.tenant is not None:
                _apply(actor, user, side.tenant, identity)
                _tell_of_too_many_groups(request, actor, user, side.tenant, identity)


def _apply(actor: Actor, user: User, tenant: Tenant, identity: Identity) -> None:
    wanted = {
        mapping.role
        for mapping in RoleMapping.objects.filter(tenant=tenant)
        if _is_met(mapping, identity)
    }
    present = set(direct_roles(user.pk, tenant))
    mapped = MappedRole.objects.filter(tenant=tenant, user=user)
    # What somebody has taken since is not ours any more.
    mapped.exclude(role__in=present).delete()
    held = {row.role for row in mapped}
    for role in sorted(wanted - present):
        grant_role(actor=actor, user=user, role=role, tenant=tenant)
        MappedRole.objects.create(tenant=tenant, user=user, role=role)
    for role in sorted(held - wanted):
        try:
            revoke_role(actor=actor, user=user, role=role, tenant=tenant)
        except Conflict:
            # The last who manages or approves keeps his role; the next sign-in tries again.
            continue
        mapped.filter(role=role).delete()


def _tell_of_too_many_groups(
    request: HttpRequest, actor: Actor, user: User, tenant: Tenant, identity: Identity
) -> None:
    by_group = RoleMapping.objects.filter(tenant=tenant, source=RoleMapping.Source.GROUP)
    if not identity.too_many_groups or not by_group.exists():
        return
    messages.warning(request, _TOO_MANY.format(tenant=tenant.name))
    audit.record(
        actor=actor,
        event="role_mapping.groups_untold",
        tenant_id=tenant.pk,
        msp_id=tenant.msp_id,
        subject=user.name,
        data={"user_id": str(user.pk)},
    )


def _is_met(mapping: RoleMapping, identity: Identity) -> bool:
    known = identity.roles if mapping.source == RoleMapping.Source.ROLE else identity.groups
    return str(mapping.entra_id) in (known or frozenset())
