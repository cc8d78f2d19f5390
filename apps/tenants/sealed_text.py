"""Text that people typed (reasons, remarks), sealed where it is kept.

It may name anybody, so it is treated like the personal parts of the audit trail: sealed under the
data key of the row's tenant, and under a key of the trail's own where there is none. Who destroys
the tenant's key makes it unreadable with everything else.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from apps.audit import keys
from apps.audit.choices import KeyPurpose
from apps.audit.models import AuditKey
from apps.audit.selectors import ERASED
from apps.core import envelope

if TYPE_CHECKING:
    _Bytes = models.BinaryField[Any, str]
else:
    _Bytes = models.BinaryField

# The first byte says which key sealed it; the id of a key of the trail's own follows.
_TENANTS, _OWN = b"\x01", b"\x02"
_ID = slice(1, 17)


class _Opened(DeferredAttribute):
    """Reads as the text, whether it was just set or came sealed from the database."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        return (
            value if isinstance(value, str) else opened(instance, self.field.attname, bytes(value))
        )

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedTextField(_Bytes):
    """A column of sealed text on a model that may have a `tenant`. Empty text is kept as such.

    Reading raises KeyProblem for a value that was changed or moved; it gives "(erased)" when the
    tenant's key was destroyed. A queryset's update() takes what sealed() gives.
    """

    descriptor_class: type[DeferredAttribute] = _Opened

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", b"")
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes:
        value = model_instance.__dict__[self.attname]
        return sealed(model_instance, self.attname, value) if isinstance(value, str) else value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            raise TypeError(f"{self.name} is kept sealed: give what sealed() returns")
        return super().get_db_prep_value(value, connection, prepared)


def sealed(row: models.Model, name: str, text: str) -> bytes:
    """The text as it is kept in this field of this row, for a queryset's update()."""
    return seal(row._meta.db_table, name, row.pk, getattr(row, "tenant_id", None), text)


def seal(table: str, column: str, pk: object, tenant_id: UUID | None, text: str) -> bytes:
    """Seal a text for one place; empty bytes for an empty one. Raises KeyProblem."""
    if not text:
        return b""
    place = _place(table, column, pk)
    key = keys.tenant_key(tenant_id) if tenant_id else None
    if key is not None:
        return _TENANTS + envelope.seal(key, text.encode(), place)
    own = keys.current_key(KeyPurpose.PERSONAL)
    return _OWN + own.id.bytes + envelope.seal(keys.opened(own), text.encode(), place)


def opened(row: models.Model, name: str, value: bytes) -> str:
    """The text that a field of a row holds sealed. Raises KeyProblem."""
    if not value:
        return ""
    place = _place(row._meta.db_table, name, row.pk)
    if value[:1] == _OWN:
        key: bytes | None = _own_key(UUID(bytes=value[_ID]))
        value = value[_ID.stop - 1 :]
    else:
        key = keys.tenant_key(row.tenant_id)  # type: ignore[attr-defined]
    if key is None:
        return ERASED
    return envelope.open_sealed(key, value[1:], place).decode()


def _place(table: str, column: str, pk: object) -> bytes:
    return f"holdfast:typed:{table}.{column}:{pk}".encode()


@lru_cache(maxsize=16)
def _own_key(key_id: UUID) -> bytes:
    return keys.opened(AuditKey.objects.get(pk=key_id))
