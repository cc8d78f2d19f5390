"""Recording who was refused, in the trails where it belongs.

Where somebody's role was too weak, the tenant's own trail says who tried. Where a tenant is not his
at all, his own MSP's trail names him, and the tenant's says only that a stranger tried: neither
side learns who the other's people are.
"""

from uuid import UUID

from apps.access.models import Membership
from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.errors import HoldfastError, NotAllowed, NotFound
from apps.core.scope import no_scope
from apps.tenants.models import MSP, Tenant

NOT_YOURS = frozenset({"no-such-tenant", "no-such-msp"})
STRANGER = "Somebody without access"


def record_refused(
    *,
    actor: Actor,
    error: HoldfastError,
    route: str,
    tenant_id: UUID | None = None,
    msp_id: UUID | None = None,
) -> None:
    """Record a refusal, after the act was undone; what is no refusal is left alone.

    route: the name of the page, operation or command. tenant_id, msp_id: what was asked for.
    """
    if not actor.is_person:
        return
    with no_scope("a refusal is recorded where it belongs"):
        if isinstance(error, NotAllowed):
            _record_too_weak(actor, error, route, tenant_id, msp_id)
        elif isinstance(error, NotFound) and error.code in NOT_YOURS:
            _record_not_yours(actor, error, route, tenant_id, msp_id)


def _record_too_weak(
    actor: Actor, error: HoldfastError, route: str, tenant_id: UUID | None, msp_id: UUID | None
) -> None:
    tenant = _tenant(tenant_id)
    audit.record_denied(
        actor=actor,
        tenant_id=tenant.pk if tenant else None,
        msp_id=tenant.msp_id if tenant else (_msp_id(msp_id) or _home(actor)),
        route=route,
        code=error.code,
    )


def _record_not_yours(
    actor: Actor, error: HoldfastError, route: str, tenant_id: UUID | None, msp_id: UUID | None
) -> None:
    tenant, foreign_msp = _tenant(tenant_id), _msp_id(msp_id)
    if (tenant_id or msp_id) and tenant is None and foreign_msp is None:
        return  # nobody's: a mistyped address
    audit.record_denied(
        actor=actor,
        msp_id=_home(actor),
        route=route,
        code=error.code,
        target=str(tenant_id or msp_id or ""),
    )
    if tenant is not None or foreign_msp is not None:
        audit.record_denied(
            actor=Actor(kind="user", name=STRANGER, via=actor.via, request_id=actor.request_id),
            tenant_id=tenant.pk if tenant else None,
            msp_id=tenant.msp_id if tenant else foreign_msp,
            route=route,
            code=error.code,
        )


def _tenant(tenant_id: UUID | None) -> Tenant | None:
    return Tenant.objects.filter(pk=tenant_id).first() if tenant_id else None


def _msp_id(msp_id: UUID | None) -> UUID | None:
    found = MSP.objects.filter(pk=msp_id).values_list("pk", flat=True) if msp_id else None
    return found.first() if found is not None else None


def _home(actor: Actor) -> UUID | None:
    """The MSP that the person belongs to, or whose customer he does."""
    if actor.user_id is None:
        return None
    rows = Membership.objects.filter(user_id=actor.user_id).order_by("id")
    for msp_id, through_tenant in rows.values_list("msp_id", "tenant__msp_id")[:1]:
        found: UUID | None = msp_id or through_tenant
        return found
    return None
