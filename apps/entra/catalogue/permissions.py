"""The application permissions that Holdfast asks for, worked out from the catalogue."""

from collections.abc import Iterable, Mapping

from apps.entra.catalogue import KINDS
from apps.entra.catalogue.app_roles import APP_ROLE_IDS

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
_AUDIT_LOG = "AuditLog.Read.All"


def _ids(names: Iterable[str]) -> Mapping[str, str]:
    return {name: APP_ROLE_IDS[name] for name in sorted({name for name in names if name})}


def _read_permissions() -> Iterable[str]:
    yield _AUDIT_LOG
    for kind in KINDS:
        yield from kind.read_permission
        yield from (item.read_permission for item in kind.by_name.values())
        yield from (item.read_permission for item in kind.links)
        yield from (item.read_permission for item in kind.subtypes)
        yield from _conditional(kind.conditional_permissions, read=True)


def _write_permissions() -> Iterable[str]:
    for kind in KINDS:
        yield from kind.write_permission
        yield from kind.restore_permission
        yield from (item.write_permission for item in kind.by_name.values())
        yield from (item.write_permission for item in kind.links)
        for sub in kind.subtypes:
            yield from (sub.write_permission, sub.restore_permission)
        yield from _conditional(kind.conditional_permissions, read=False)


def _conditional(permissions: Mapping[str, str], *, read: bool) -> Iterable[str]:
    return (name for name in permissions.values() if (".Read." in name) == read)


# Permission name -> Graph app-role id. The recovery application reads too: it looks before it
# writes and reads back afterwards.
BACKUP_PERMISSIONS: Mapping[str, str] = _ids(_read_permissions())
RECOVERY_PERMISSIONS: Mapping[str, str] = _ids((*_read_permissions(), *_write_permissions()))
