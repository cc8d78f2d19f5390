"""What changes MSPs and tenants.

These services record who acts but do not ask whether they may: roles are known one layer up, and
callers there check them first (apps.access.rights).
"""

from uuid import UUID

from django.db import IntegrityError, transaction

from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid
from apps.core.scope import no_scope, tenant_scope
from apps.tenants import keys
from apps.tenants.certificates import make_certificate
from apps.tenants.choices import UNLISTED_STATES, Cloud, Purpose, TenantState
from apps.tenants.models import MSP, AppRegistration, BackupPolicy, Tenant
from apps.tenants.schedules import CaptureSchedule


@transaction.atomic
def create_msp(*, actor: Actor, name: str) -> MSP:
    """Create an MSP. Raises Conflict when another has the name."""
    with no_scope("a new MSP is within nobody's reach yet, and its name must be new to all"):
        if MSP.objects.filter(name=name).exists():
            raise Conflict("An MSP with this name exists already.", code="msp-exists")
        msp = MSP.objects.create(name=name)
    audit.record(actor=actor, event="msp.created", msp_id=msp.id, subject=name)
    return msp


@transaction.atomic
def add_tenant(
    *, actor: Actor, msp: MSP, name: str, cloud: str, domain: str = "", entra_id: UUID | None = None
) -> Tenant:
    """Add a pending tenant with its data key and backup policy.

    Raises Conflict when the MSP has it already or an MSP looks after it, Invalid.
    """
    if cloud not in Cloud.values:
        raise Invalid("There is no such cloud.", code="unknown-cloud")
    refuse_taken(msp=msp, entra_id=entra_id)
    tenant = Tenant.objects.create(
        msp=msp, name=name, domain=domain.lower(), cloud=cloud, entra_id=entra_id
    )
    with tenant_scope(tenant.id):
        keys.make_tenant_key(tenant)
        BackupPolicy.objects.create(tenant=tenant)
    _record(actor, "tenant.added", tenant, cloud=cloud)
    return tenant


def refuse_taken(*, msp: MSP, entra_id: UUID | None) -> None:
    """Raise Conflict when the tenant is the MSP's already, or is looked after by any MSP.

    The two read differently, but neither names another MSP.
    """
    if entra_id is None:
        return
    with no_scope("no MSP may have the tenant already"):
        live = Tenant.objects.exclude(state__in=UNLISTED_STATES).filter(entra_id=entra_id)
        ours = live.filter(msp=msp).exists()
        anybodys = live.exclude(state=TenantState.PENDING).exists()
    if ours:
        raise Conflict(
            "You have added this tenant already.",
            code="tenant-exists",
            safe="Nothing was changed.",
            todo="Find it in your list of customers.",
        )
    if anybodys:
        raise already_looked_after()


def already_looked_after() -> Conflict:
    """The error for a tenant that an MSP looks after; it does not say which."""
    return Conflict(
        "This tenant is already looked after in Holdfast.",
        code="tenant-taken",
        safe="Nothing was changed in the tenant.",
        todo="Ask the customer which provider has it; that one must let go of it first.",
    )


def activate_tenant(*, actor: Actor, tenant: Tenant, entra_id: UUID) -> Tenant:
    """Make a pending tenant active under the Entra id that was proved.

    Raises Conflict when an MSP looks after that id by now, Invalid for another id than expected.
    """
    if tenant.entra_id not in (None, entra_id):
        raise Invalid("The consent came from another tenant.", code="other-tenant")
    try:
        with transaction.atomic():
            activated = Tenant.objects.filter(pk=tenant.pk, state=TenantState.PENDING).update(
                state=TenantState.ACTIVE, entra_id=entra_id
            )
            if activated:
                _record(actor, "tenant.activated", tenant)
    except IntegrityError:
        raise already_looked_after() from None
    tenant.refresh_from_db()
    return tenant


@transaction.atomic
def suspend_tenant(*, actor: Actor, tenant: Tenant, reason: str) -> None:
    """Stop capturing and recovering an active tenant; its history stays. Raises Conflict."""
    _move(tenant, (TenantState.ACTIVE,), TenantState.SUSPENDED)
    _record(actor, "tenant.suspended", tenant, reason=reason)


@transaction.atomic
def resume_tenant(*, actor: Actor, tenant: Tenant, reason: str) -> None:
    """Look after a suspended tenant again. Raises Conflict."""
    _move(tenant, (TenantState.SUSPENDED,), TenantState.ACTIVE)
    _record(actor, "tenant.resumed", tenant, reason=reason)


@transaction.atomic
def remove_tenant(*, actor: Actor, tenant: Tenant, reason: str) -> None:
    """Stop looking after a tenant, so that another MSP may. Raises Conflict."""
    live = (TenantState.PENDING, TenantState.ACTIVE, TenantState.SUSPENDED)
    _move(tenant, live, TenantState.REMOVED)
    _record(actor, "tenant.removed", tenant, reason=reason)


@transaction.atomic
def register_application(
    *,
    actor: Actor,
    msp: MSP,
    purpose: str,
    cloud: str,
    name: str,
    client_id: UUID | None = None,
) -> AppRegistration:
    """Make the certificate for an application of the MSP's, and keep its private key sealed.

    The MSP uploads `certificate_pem` to its application in Entra and then enters the
    application's client id (complete_application), unless it gave one here. Raises Invalid.
    """
    if purpose not in Purpose.values or cloud not in Cloud.values:
        raise Invalid("There is no such purpose or cloud.", code="unknown-purpose")
    made = make_certificate(f"Holdfast {purpose} {msp.name}")
    registration = AppRegistration(
        msp=msp,
        purpose=purpose,
        cloud=cloud,
        name=name,
        client_id=client_id,
        certificate_pem=made.certificate_pem,
        thumbprint_sha1=made.thumbprint_sha1,
        thumbprint_sha256=made.thumbprint_sha256,
        not_after=made.not_after,
    )
    keys.seal_private_key(registration, made.private_key_pem)
    registration.save(force_insert=True)
    audit.record(
        actor=actor,
        event="app_registration.created",
        msp_id=msp.id,
        subject=name,
        data={"purpose": purpose, "cloud": cloud, "thumbprint": made.thumbprint_sha256},
    )
    return registration


@transaction.atomic
def complete_application(
    *, actor: Actor, registration: AppRegistration, client_id: UUID
) -> AppRegistration:
    """Enter the client id of an application whose certificate was uploaded. Raises Conflict."""
    entered = AppRegistration.objects.filter(pk=registration.pk, client_id=None).update(
        client_id=client_id
    )
    if not entered:
        raise Conflict("This application has a client id already.", code="client-id-known")
    audit.record(
        actor=actor,
        event="app_registration.completed",
        msp_id=registration.msp_id,
        subject=registration.name,
        data={"client_id": str(client_id)},
    )
    registration.refresh_from_db()
    return registration


@transaction.atomic
def set_backup_policy(*, actor: Actor, tenant: Tenant, schedule: CaptureSchedule) -> BackupPolicy:
    """Set when a tenant is captured, and how old its newest recovery point may be."""
    values = {
        "enabled": schedule.enabled,
        "time_zone": schedule.time_zone,
        "full_hour": schedule.full_hour,
        "full_weekdays": list(schedule.full_weekdays),
        "delta_every": schedule.delta_every,
        "objective": schedule.objective,
        "blackouts": [one.plain() for one in schedule.blackouts],
    }
    with tenant_scope(tenant.id):
        standing = BackupPolicy.objects.select_for_update().filter(tenant=tenant).first()
        policy, _ = BackupPolicy.objects.update_or_create(tenant=tenant, defaults=values)
    said = schedule.plain()
    _record(
        actor,
        "backup_policy.changed",
        tenant,
        before=standing.schedule.plain() if standing else None,
        after=said,
        enabled=schedule.enabled,
        delta_every_minutes=said["delta_minutes"],
        objective_minutes=said["objective_minutes"],
    )
    return policy


def _move(tenant: Tenant, before: tuple[TenantState, ...], after: TenantState) -> None:
    if not Tenant.objects.filter(pk=tenant.pk, state__in=before).update(state=after):
        raise Conflict(
            "The tenant's state does not allow this.",
            code="tenant-state",
            safe="Nothing was changed.",
        )
    tenant.refresh_from_db()


def _record(
    actor: Actor,
    event: str,
    tenant: Tenant,
    *,
    reason: str = "",
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    **data: object,
) -> None:
    audit.record(
        actor=actor,
        event=event,
        tenant_id=tenant.id,
        msp_id=tenant.msp_id,
        subject=tenant.name,
        reason=reason,
        data=data,
        before=before,
        after=after,
    )
