"""The credentials of stores: sealed each under a key of its own, never shown again."""

import orjson

from apps.core import envelope, rotation
from apps.core.scope import no_scope
from apps.history.models import OffsiteKey, OffsiteStore
from apps.history.offsite.reaching import refuse_inside
from apps.history.offsite.stores import Store, open_store


def seal_credentials(row: OffsiteStore, credentials: dict[str, str]) -> None:
    """Put the credentials into the row, which still has to be saved."""
    key = envelope.new_data_key()
    context = _context(row)
    row.wrapped_key = envelope.wrap(key, context)
    row.sealed_credentials = envelope.seal(key, orjson.dumps(credentials), context)


def open_credentials(row: OffsiteStore) -> dict[str, str]:
    """The credentials. Raises KeyProblem."""
    context = _context(row)
    key = envelope.unwrap(bytes(row.wrapped_key), context)
    opened = orjson.loads(envelope.open_sealed(key, bytes(row.sealed_credentials), context))
    return {str(name): str(value) for name, value in opened.items()}


def store_of(row: OffsiteStore) -> Store:
    """The store that a row describes. Raises KeyProblem, Invalid."""
    if row.by_msp:
        refuse_inside(row.address)
    return open_store(row.address, open_credentials(row))


def installation_key() -> tuple[OffsiteKey, bytes]:
    """What the installation's own bundles are sealed under; the first call makes it."""
    row = OffsiteKey.objects.order_by("created_at").first()
    if row is None:
        row = OffsiteKey()
        row.wrapped = envelope.wrap(envelope.new_data_key(), installation_context(str(row.pk)))
        row.save(force_insert=True)
    return row, envelope.unwrap(bytes(row.wrapped), installation_context(str(row.pk)))


def installation_context(key_id: str) -> bytes:
    """What the wrapped off-site key is bound to."""
    return f"offsite-key:{key_id}".encode()


def wrapped_keys() -> tuple[rotation.WrappedKeys, ...]:
    """Where off-site keeps wrapped keys."""
    return (
        rotation.WrappedKeys(
            "keys of off-site credentials",
            "wrapped_key",
            lambda: OffsiteStore.objects.all(),
            _context,
        ),
        rotation.WrappedKeys(
            "the key of off-site bundles",
            "wrapped",
            lambda: OffsiteKey.objects.all(),
            lambda row: installation_context(str(row.pk)),
        ),
    )


def all_stores() -> list[OffsiteStore]:
    """Every store, by name."""
    with no_scope("stores of the installation belong to nobody in particular"):
        return list(OffsiteStore.objects.select_related("msp").order_by("name"))


def _context(row: OffsiteStore) -> bytes:
    return f"offsite-store:{row.pk}".encode()
