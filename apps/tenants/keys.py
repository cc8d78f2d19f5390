"""Data keys: one per tenant, and one per app registration for its private key."""

import threading
import time
from uuid import UUID

from apps.core import envelope, rotation, scope
from apps.core.errors import NotFound
from apps.tenants.models import AppRegistration, Tenant, TenantKey

# A key that was destroyed or re-wrapped elsewhere is noticed after this many seconds.
_KEEP_SECONDS = 300.0
_cache: dict[UUID, tuple[bytes, float]] = {}
_cache_lock = threading.Lock()


def data_key(tenant_id: UUID) -> bytes:
    """The tenant's 32-byte data key. Raises NotFound when it was destroyed, KeyProblem, ScopeError.

    Keys are kept in memory for five minutes; the scope is checked every time.
    """
    with scope.tenant_scope(tenant_id):
        with _cache_lock:
            known = _cache.get(tenant_id)
        if known and known[1] > time.monotonic():
            return known[0]
        row = TenantKey.objects.filter(tenant_id=tenant_id).first()
        if row is None:
            raise NotFound("The data key of this tenant does not exist.", code="no-tenant-key")
        key = envelope.unwrap(bytes(row.wrapped), _tenant_context(tenant_id))
        with _cache_lock:
            _cache[tenant_id] = (key, time.monotonic() + _KEEP_SECONDS)
        return key


def key_if_any(tenant_id: UUID) -> bytes | None:
    """The tenant's data key, None when it was destroyed; in whatever scope. Raises KeyProblem."""
    try:
        with scope.no_scope("what the audit trail says about persons is sealed"):
            return data_key(tenant_id)
    except NotFound:
        return None


def forget_cached() -> None:
    """Drop the keys held in memory."""
    with _cache_lock:
        _cache.clear()


def make_tenant_key(tenant: Tenant) -> TenantKey:
    """Give a new tenant its data key."""
    wrapped = envelope.wrap(envelope.new_data_key(), _tenant_context(tenant.id))
    return TenantKey.objects.create(tenant=tenant, wrapped=wrapped)


def kept_key(tenant_id: UUID) -> TenantKey:
    """The tenant's data key as it is kept, for a copy elsewhere. Raises NotFound, ScopeError."""
    with scope.tenant_scope(tenant_id):
        row = TenantKey.objects.filter(tenant_id=tenant_id).first()
    if row is None:
        raise NotFound("The data key of this tenant does not exist.", code="no-tenant-key")
    return row


def context_of(tenant_id: UUID) -> str:
    """What the wrapped data key of a tenant is bound to."""
    return _tenant_context(tenant_id).decode()


def seal_private_key(registration: AppRegistration, private_key_pem: bytes) -> None:
    """Put the private key into the row, sealed under a data key of its own."""
    key = envelope.new_data_key()
    context = _registration_context(registration)
    registration.wrapped_key = envelope.wrap(key, context)
    registration.sealed_private_key = envelope.seal(key, private_key_pem, context)


def open_private_key(registration: AppRegistration) -> bytes:
    """The private key as PEM (PKCS #8). Raises KeyProblem."""
    context = _registration_context(registration)
    key = envelope.unwrap(bytes(registration.wrapped_key), context)
    return envelope.open_sealed(key, bytes(registration.sealed_private_key), context)


def wrapped_keys() -> tuple[rotation.WrappedKeys, ...]:
    """Where this app keeps wrapped keys."""
    return (
        rotation.WrappedKeys(
            "data keys of tenants",
            "wrapped",
            lambda: TenantKey.objects.all(),
            lambda row: _tenant_context(row.tenant_id),
        ),
        rotation.WrappedKeys(
            "keys of app registrations",
            "wrapped_key",
            lambda: AppRegistration.objects.all(),
            _registration_context,
        ),
    )


def _tenant_context(tenant_id: UUID) -> bytes:
    return f"tenant:{tenant_id}".encode()


def _registration_context(registration: AppRegistration) -> bytes:
    return f"app-registration:{registration.id}".encode()
