"""The application permissions that Holdfast asks for, worked out from the catalogue."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from apps.entra.catalogue import KINDS
from apps.entra.catalogue.app_roles import APP_ROLE_IDS
from apps.entra.catalogue.model import Kind
from apps.entra.catalogue.optional import WITHOUT

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
_AUDIT_LOG = "AuditLog.Read.All"
_NATIVE = "EntraBackup.Read.All"
_AGENTS = "Only where the tenant has agent identities, blueprints or agent users."

# What a permission that reaches far is wanted for, where that is one corner of the directory.
CORNERS: Mapping[str, str] = {
    "RoleManagement.ReadWrite.Directory": (
        "For directory roles and who holds them, and for role-assignable groups, whose members "
        "Graph guards with it (https://learn.microsoft.com/graph/api/group-post-members). Without "
        "it those are refused with 403 and everything else goes on."
    ),
    "Member.Read.Hidden": "Only for groups with hidden membership: their members are unseen else.",
    "User-LifeCycleInfo.Read.All": "Only for employeeLeaveDateTime: it is left out else.",
    "User-LifeCycleInfo.ReadWrite.All": "Only for employeeLeaveDateTime, in a request of its own.",
    "Directory.Read.All": (
        "To read delegated permission grants, for which Graph names no narrower permission "
        "(https://learn.microsoft.com/graph/api/oauth2permissiongrant-list), to add an owner to an "
        "application (https://learn.microsoft.com/graph/api/application-post-owners), and for "
        "domains, contacts and the expiration of groups, rather than ask for one more each."
    ),
    "Organization.ReadWrite.All": (
        "Only for the organization's notification addresses and the certificate authorities of "
        "sign-in."
    ),
    **{name: _AGENTS for name in APP_ROLE_IDS if name.startswith("Agent")},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A permission that consent is asked for.

    applications: "backup", "recovery" or both. uses: what it is wanted for, in short. corner: why,
    where that is only one corner of the directory. without: what is gone without when a customer
    keeps it back; empty for what a connection needs.
    """

    name: str
    app_role_id: str
    applications: tuple[str, ...]
    uses: tuple[str, ...]
    corner: str = ""
    without: str = ""


def _reads() -> Iterator[tuple[str, str]]:
    yield _AUDIT_LOG, "read the directory audit log"
    yield _NATIVE, "read Microsoft's own backups"
    for kind in KINDS:
        yield from ((name, f"read {kind.name}") for name in kind.read_permission)
        for item in kind.by_name.values():
            yield item.read_permission, f"read {kind.name}.{item.name}"
        yield from ((link.read_permission, f"read {link.name}") for link in kind.links)
        for sub in kind.subtypes:
            yield sub.read_permission, f"read {_short(sub.odata_type)}"
        yield from _conditional(kind, read=True)


def _writes() -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        yield from ((name, f"write {kind.name}") for name in kind.write_permission)
        yield from ((name, f"undelete {kind.name}") for name in kind.restore_permission)
        for item in kind.by_name.values():
            yield item.write_permission, f"write {kind.name}.{item.name}"
        yield from ((link.write_permission, f"write {link.name}") for link in kind.links)
        yield from ((link.add_permission, f"add to {link.name}") for link in kind.links)
        for sub in kind.subtypes:
            yield sub.write_permission, f"write {_short(sub.odata_type)}"
            yield sub.restore_permission, f"undelete {_short(sub.odata_type)}"
        yield from _conditional(kind, read=False)


def _conditional(kind: Kind, *, read: bool) -> Iterator[tuple[str, str]]:
    verb = "read" if read else "write"
    for condition, name in kind.conditional_permissions.items():
        if (".Read." in name) == read:
            yield name, f"{verb} {kind.name} where {condition}"


def _short(odata_type: str) -> str:
    return odata_type.removeprefix("#microsoft.graph.")


def _uses(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for name, use in pairs:
        if name:
            found.setdefault(name, {})[use] = None
    return {name: tuple(found[name]) for name in sorted(found)}


_BACKUP = _uses(_reads())
_RECOVERY = _uses((*_reads(), *_writes()))

# Permission name -> Graph app-role id. The recovery application reads too: it looks before it
# writes and reads back afterwards.
BACKUP_PERMISSIONS: Mapping[str, str] = {name: APP_ROLE_IDS[name] for name in _BACKUP}
RECOVERY_PERMISSIONS: Mapping[str, str] = {name: APP_ROLE_IDS[name] for name in _RECOVERY}


def asked() -> tuple[Asked, ...]:
    """Every permission that either application asks for, by name, with what it is wanted for."""
    return tuple(
        Asked(
            name,
            APP_ROLE_IDS[name],
            ("backup", "recovery") if name in _BACKUP else ("recovery",),
            uses,
            CORNERS.get(name, ""),
            WITHOUT.get(name, ""),
        )
        for name, uses in _RECOVERY.items()
    )
