"""The tenant that stands in for the real one while a recovery of it is rehearsed.

It belongs to an MSP that is nobody's, and its cloud is a port of this machine: the database lets it
have no other (apps.tenants.models.Tenant). It has a data key of its own, and when the drill is over
its rows and the key are removed. The audit trail stays, as always.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction

from apps.core import clock, locks
from apps.core.errors import Conflict
from apps.core.identifiers import new_id
from apps.core.scope import no_scope, tenant_scope
from apps.entra.catalogue.permissions import BACKUP_PERMISSIONS, RECOVERY_PERMISSIONS
from apps.recovery.drills.models import Drill
from apps.recovery.drills.process import SandboxProcess
from apps.tenants import keys
from apps.tenants.certificates import make_certificate
from apps.tenants.choices import ConnectionState, Purpose, TenantState
from apps.tenants.models import (
    MSP,
    REHEARSAL_CLOUD,
    REHEARSALS,
    AppRegistration,
    BackupPolicy,
    BreakGlassAccount,
    Connection,
    Tenant,
    TenantKey,
)

PERMISSIONS: Final = {
    Purpose.BACKUP: BACKUP_PERMISSIONS,
    Purpose.RECOVERY: RECOVERY_PERMISSIONS,
}
# Removed last, for what is not deferred refers to it.
_LAST: Final = "history_snapshot"


@contextmanager
def standing_in(drill: Drill, sandbox: SandboxProcess) -> Iterator[Tenant]:
    """The tenant that stands in for the drill's inside the block, erased at its end."""
    tenant_id = new_id()
    with locks.held_in_session(locks.rehearsal(tenant_id)):
        try:
            yield _made(drill, sandbox, tenant_id)
        finally:
            erase(tenant_id)


def _made(drill: Drill, sandbox: SandboxProcess, tenant_id: UUID) -> Tenant:
    real = drill.tenant
    accounts = list(
        BreakGlassAccount.objects.filter(tenant=real).values_list("object_id", flat=True)
    )
    with no_scope("a rehearsal has a tenant of its own"), transaction.atomic():
        msp, _ = MSP.objects.get_or_create(pk=REHEARSALS, defaults={"name": "Rehearsals"})
        tenant = Tenant.objects.create(
            pk=tenant_id,
            msp=msp,
            name=f"Rehearsal {drill.pk}",
            domain=real.domain,
            cloud=f"{REHEARSAL_CLOUD}{sandbox.port}",
            entra_id=real.entra_id,
            state=TenantState.REHEARSAL,
        )
        keys.make_tenant_key(tenant)
        BackupPolicy.objects.create(tenant=tenant, enabled=False)
        # So that the plan is guarded as one of the real tenant would be.
        BreakGlassAccount.objects.bulk_create(
            BreakGlassAccount(tenant=tenant, object_id=one) for one in accounts
        )
        Drill.objects.filter(pk=drill.pk).update(rehearsal_id=tenant.pk)
    drill.rehearsal_id = tenant.pk
    return tenant


def connect(tenant: Tenant, sandbox: SandboxProcess) -> None:
    """Consent to both applications of the rehearsal in its sandbox, once it is seeded."""
    home = sandbox.door.home()
    for purpose, permissions in PERMISSIONS.items():
        registration = _registration(tenant, purpose)
        made = sandbox.door.register(
            {
                "display_name": f"Holdfast {purpose}",
                "home_tenant": home,
                "roles": list(permissions),
                "certificate": registration.certificate_pem,
            }
        )
        registration.client_id = UUID(made["client_id"])
        sandbox.door.consent(str(tenant.entra_id), made["client_id"])
        with no_scope("an application of nobody's MSP"), transaction.atomic():
            registration.save(force_insert=True)
            Connection.objects.create(
                tenant=tenant,
                msp_id=tenant.msp_id,
                registration=registration,
                state=ConnectionState.CONNECTED,
                granted=list(permissions),
                connected_at=clock.now(),
            )


def _registration(tenant: Tenant, purpose: Purpose) -> AppRegistration:
    made = make_certificate(f"Holdfast {purpose}")
    registration = AppRegistration(
        msp_id=tenant.msp_id,
        purpose=purpose,
        cloud=tenant.cloud,
        name=f"{purpose} of {tenant.pk}",
        certificate_pem=made.certificate_pem,
        thumbprint_sha1=made.thumbprint_sha1,
        thumbprint_sha256=made.thumbprint_sha256,
        not_after=made.not_after,
    )
    keys.seal_private_key(registration, made.private_key_pem)
    return registration


@contextmanager
def in_rehearsal(tenant: Tenant) -> Iterator[None]:
    """Inside the block only rows of the rehearsal exist."""
    if not tenant.is_rehearsal:
        raise ValueError("only a rehearsal is entered like that")
    with no_scope("a rehearsal has rows of its own"), tenant_scope(tenant.pk):
        yield


def erase(tenant_id: UUID) -> bool:
    """Remove a rehearsal with everything of it; False when there is none of that id.

    For any other tenant the database refuses, whoever asks.
    """
    with no_scope("a rehearsal is over"), transaction.atomic():
        tenant = Tenant.objects.filter(pk=tenant_id, state=TenantState.REHEARSAL).first()
        if tenant is None:
            return False
        mine = Connection.objects.filter(tenant_id=tenant_id)
        registrations = list(mine.values_list("registration_id", flat=True))
        # The key first: whatever else happens, nothing of it can be read any more.
        TenantKey.objects.filter(tenant_id=tenant_id).delete()
        for table, column in _tables():
            with connection.cursor() as cursor:
                cursor.execute(f'delete from "{table}" where "{column}" = %s', [tenant_id])  # noqa: S608 - names of ours
        AppRegistration.objects.filter(pk__in=registrations, msp_id=REHEARSALS).delete()
        with connection.cursor() as cursor:
            cursor.execute("delete from tenants_tenant where id = %s", [tenant_id])
    keys.forget_cached()
    return True


def reap() -> int:
    """Erase the rehearsals that were left behind; how many.

    Whoever rehearses holds a lock as long as his process lives: what is not held is nobody's.
    """
    with no_scope("rehearsals that were left behind are looked for"):
        left = list(Tenant.objects.filter(state=TenantState.REHEARSAL).values_list("pk", flat=True))
    return sum(_reaped(tenant_id) for tenant_id in left)


def _reaped(tenant_id: UUID) -> bool:
    try:
        with locks.held_in_session(locks.rehearsal(tenant_id)):
            return erase(tenant_id)
    except Conflict:
        return False


def _tables() -> list[tuple[str, str]]:
    """Every table with rows of a tenant, and the column that says of which."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        column = _tenant_column(model)
        if column and model._meta.app_label != "audit":
            found[model._meta.db_table] = column
    return sorted(found.items(), key=lambda one: (one[0] == _LAST, one[0]))


def _tenant_column(model: type[models.Model]) -> str:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.related_model is Tenant:
            return str(field.column)
    return ""
