"""Tenants belong to one MSP, keys open only for their tenant, certificates are what Entra takes."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.management import call_command
from django.db import IntegrityError, transaction
from pytest_django import Settings

from apps.audit.models import AuditRecord
from apps.audit.verification import verify
from apps.core import clock, envelope
from apps.core.actor import SYSTEM
from apps.core.envelope import KeyProblem
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.scope import ScopeError, no_scope, tenant_scope
from apps.tenants import keys, selectors, services
from apps.tenants.choices import TenantState
from apps.tenants.models import MSP, AppRegistration, BackupPolicy, Tenant, TenantKey
from apps.tenants.schedules import CaptureSchedule
from tests.core.test_envelope import encoded
from tests.factories import make_msp, make_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def north() -> MSP:
    return make_msp("North")


def register(msp: MSP) -> AppRegistration:
    return services.register_application(
        actor=SYSTEM, msp=msp, purpose="backup", cloud="global", name="North backup"
    )


def test_a_tenant_begins_pending_with_a_key_and_a_policy(north: MSP) -> None:
    tenant = make_tenant(north, active=False)
    assert tenant.state == TenantState.PENDING
    assert len(keys.data_key(tenant.id)) == envelope.KEY_SIZE
    assert selectors.backup_policy(tenant).enabled


def test_postgresql_lets_an_entra_tenant_be_looked_after_once(north: MSP) -> None:
    entra_id = uuid4()
    make_tenant(north, entra_id=entra_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenant.objects.create(
            msp=make_msp("South"),
            name="Taken",
            cloud="global",
            entra_id=entra_id,
            state=TenantState.ACTIVE,
        )


def test_postgresql_refuses_an_active_tenant_without_an_entra_id(north: MSP) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenant.objects.create(msp=north, name="x", cloud="global", state=TenantState.ACTIVE)


def test_a_removed_tenant_can_go_to_another_msp(north: MSP) -> None:
    tenant = make_tenant(north)
    services.remove_tenant(actor=SYSTEM, tenant=tenant, reason="the contract ended")
    other = make_tenant(make_msp("South"), entra_id=tenant.entra_id)
    assert other.state == TenantState.ACTIVE


def test_activating_needs_the_tenant_that_was_added(north: MSP) -> None:
    tenant = make_tenant(north, entra_id=uuid4(), active=False)
    with pytest.raises(Invalid):
        services.activate_tenant(actor=SYSTEM, tenant=tenant, entra_id=uuid4())
    tenant.refresh_from_db()
    assert tenant.state == TenantState.PENDING


def test_a_key_is_not_given_outside_its_tenants_scope(north: MSP) -> None:
    tenant, other = make_tenant(north), make_tenant(north, "Fabrikam")
    keys.data_key(tenant.id)
    with tenant_scope(other.id), pytest.raises(ScopeError):
        keys.data_key(tenant.id)


def test_a_destroyed_key_shreds_the_tenant(north: MSP) -> None:
    tenant = make_tenant(north)
    sealed = envelope.seal(keys.data_key(tenant.id), b"body", b"")
    with tenant_scope(tenant.id):
        TenantKey.objects.all().delete()
    keys.forget_cached()
    with pytest.raises(NotFound):
        keys.data_key(tenant.id)
    with pytest.raises(KeyProblem):
        envelope.open_sealed(bytes(32), sealed, b"")


def test_a_certificate_is_made_and_its_private_key_is_sealed(north: MSP) -> None:
    made = register(north)
    certificate = x509.load_pem_x509_certificate(made.certificate_pem.encode())
    private = load_pem_private_key(keys.open_private_key(made), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    assert private.public_key() == certificate.public_key()
    assert private.key_size >= 2048
    assert certificate.fingerprint(hashes.SHA256()).hex().upper() == made.thumbprint_sha256
    assert made.not_after - clock.now() > timedelta(days=720)
    assert b"PRIVATE KEY" not in bytes(made.sealed_private_key)
    assert "PRIVATE" not in str(list(AuditRecord.objects.values_list("data", flat=True)))


def test_a_private_key_does_not_open_for_another_application(north: MSP) -> None:
    one, other = register(north), register(north)
    other.wrapped_key, other.sealed_private_key = one.wrapped_key, one.sealed_private_key
    with pytest.raises(KeyProblem):
        keys.open_private_key(other)


def test_a_client_id_is_entered_once(north: MSP) -> None:
    made = services.complete_application(
        actor=SYSTEM, registration=register(north), client_id=uuid4()
    )
    assert list(selectors.registrations(north, cloud="global", purpose="backup")) == [made]
    with pytest.raises(Conflict):
        services.complete_application(actor=SYSTEM, registration=made, client_id=uuid4())


def test_after_rotation_everything_opens_with_the_new_key_alone(
    north: MSP, settings: Settings
) -> None:
    tenant, made = make_tenant(north), register(north)
    before = keys.data_key(tenant.id), keys.open_private_key(made)
    new = encoded()
    settings.HOLDFAST_KEYS = [new, *settings.HOLDFAST_KEYS]
    call_command("rotate_keys")
    settings.HOLDFAST_KEYS = [new]
    keys.forget_cached()
    made.refresh_from_db()
    assert (keys.data_key(tenant.id), keys.open_private_key(made)) == before
    assert verify().intact


def test_a_backup_policy_must_be_sensible(north: MSP) -> None:
    tenant = make_tenant(north)
    schedule = CaptureSchedule(enabled=False, delta_every=timedelta(minutes=5))
    services.set_backup_policy(actor=SYSTEM, tenant=tenant, schedule=schedule)
    assert selectors.backup_policy(tenant).schedule == schedule
    with no_scope("a test"), pytest.raises(IntegrityError), transaction.atomic():
        BackupPolicy.objects.update(delta_every=timedelta())
