"""From a store's row and a subject to a target that can be written to and read."""

from collections.abc import Iterator
from contextlib import contextmanager

from apps.core import clock
from apps.core.errors import HoldfastError
from apps.core.scope import no_scope
from apps.history.models import OffsiteStore
from apps.history.offsite import credentials, key_copies
from apps.history.offsite.key_copies import WrappedKey
from apps.history.offsite.targets import Subject, Target, check_protection
from apps.tenants import keys
from apps.tenants.models import Tenant


def tenant_target(row: OffsiteStore, tenant: Tenant) -> Target:
    """A tenant in a store, to be read. Raises NotFound when its key was destroyed, KeyProblem."""
    subject = Subject("tenant", tenant.pk)
    return _target(row, subject, keys.data_key(tenant.pk))


def installation_target(row: OffsiteStore) -> Target:
    """The installation in a store, to be read. Raises KeyProblem."""
    key_row, key = credentials.installation_key()
    return _target(row, Subject("installation", key_row.pk), key)


def ready_tenant(row: OffsiteStore, tenant: Tenant) -> Target:
    """A tenant in a store, to be written to: the store locks as it is meant to and has its key.

    Raises NotLocked, StoreUnavailable, StoreRefused, NotFound, KeyProblem.
    """
    target = tenant_target(row, tenant)
    kept, context = keys.kept_key(tenant.pk), keys.context_of(tenant.pk)
    key = WrappedKey(target.subject, str(tenant.pk), context, bytes(kept.wrapped), kept.created_at)
    return _ready(row, target, key)


def ready_installation(row: OffsiteStore) -> Target:
    """The installation in a store, to be written to. Raises as ready_tenant()."""
    key_row, _ = credentials.installation_key()
    target = installation_target(row)
    key_id = str(key_row.pk)
    context = credentials.installation_context(key_id).decode()
    wrapped = bytes(key_row.wrapped)
    key = WrappedKey(target.subject, key_id, context, wrapped, key_row.created_at)
    return _ready(row, target, key)


def look_at(row: OffsiteStore) -> None:
    """Ask the store what it is and keep the answer. Raises NotLocked and the others."""
    with _kept_on(row):
        row.protection = check_protection(row, credentials.store_of(row))


def _ready(row: OffsiteStore, target: Target, key: WrappedKey) -> Target:
    with _kept_on(row):
        row.protection = check_protection(row, target.store)
        key_copies.keep_copy(row, target.store, key)
    return target


def _target(row: OffsiteStore, subject: Subject, key: bytes) -> Target:
    return Target(credentials.store_of(row), subject, key, row.lock, row.lock_days)


@contextmanager
def _kept_on(row: OffsiteStore) -> Iterator[None]:
    """What the store said, or what is wrong with it, stays on its row."""
    code, problem = "", ""
    row.checked_at = clock.now()
    try:
        yield
    except HoldfastError as error:
        code, problem = error.code, error.explanation()
        raise
    finally:
        told = row.told if code else ""
        with no_scope("a store belongs to nobody in particular"):
            OffsiteStore.objects.filter(pk=row.pk).update(
                checked_at=row.checked_at,
                protection=row.protection,
                problem_code=code,
                problem=problem,
                told=told,
            )
