"""The table of roles and the rights they bring."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from apps.core.actor import Limits
from apps.core.errors import NotAllowed, NotFound

VIEW_BACKUPS: Final = "view_backups"
TAKE_BACKUPS: Final = "take_backups"
MAKE_REPORTS: Final = "make_reports"
REQUEST_RECOVERY: Final = "request_recovery"
APPROVE_RECOVERY: Final = "approve_recovery"
MANAGE_TENANT: Final = "manage_tenant"

RIGHTS: Final = (
    VIEW_BACKUPS,
    TAKE_BACKUPS,
    MAKE_REPORTS,
    REQUEST_RECOVERY,
    APPROVE_RECOVERY,
    MANAGE_TENANT,
)


@dataclass(frozen=True, slots=True)
class Role:
    """permission: the codename django-guardian stores for it. rights: all that it allows."""

    name: str
    label: str
    permission: str
    rights: frozenset[str]


ROLES: Final = {
    role.name: role
    for role in (
        Role("backup-reader", "Backup Reader", VIEW_BACKUPS, frozenset({VIEW_BACKUPS})),
        Role(
            "backup-administrator",
            "Backup Administrator",
            REQUEST_RECOVERY,
            frozenset({VIEW_BACKUPS, TAKE_BACKUPS, MAKE_REPORTS, REQUEST_RECOVERY}),
        ),
        Role(
            "recovery-approver",
            "Recovery Approver",
            APPROVE_RECOVERY,
            frozenset({VIEW_BACKUPS, APPROVE_RECOVERY}),
        ),
        Role(
            "tenant-manager",
            "Tenant Manager",
            MANAGE_TENANT,
            frozenset({VIEW_BACKUPS, TAKE_BACKUPS, MANAGE_TENANT}),
        ),
    )
}

# The system captures on schedule. It never puts a recovery forward and never approves one.
SYSTEM_RIGHTS: Final = frozenset({VIEW_BACKUPS, TAKE_BACKUPS})

# Whoever has a shell on the installation has its keys. Without naming himself as one of its people
# he may look, capture and compare; asking for a recovery and approving it take two named people.
CONSOLE_RIGHTS: Final = SYSTEM_RIGHTS | {MAKE_REPORTS}


def permissions_for(right: str) -> list[str]:
    """The permission codenames whose roles allow a right. Raises ValueError for an unknown one."""
    if right not in RIGHTS:
        raise ValueError(f"{right!r} is not a right")
    return [role.permission for role in ROLES.values() if right in role.rights]


def within(held: frozenset[str], limits: Limits | None, tenant_id: UUID) -> frozenset[str]:
    """What is left on a tenant of the rights that a person holds, within the limits."""
    if limits is None:
        return held
    return frozenset(right for right in held if limits.allow(right, tenant_id))


def within_whole_msp(held: frozenset[str], limits: Limits | None) -> frozenset[str]:
    """The same on an MSP as a whole: nothing for whoever is limited to some tenants."""
    if limits is None:
        return held
    if limits.tenant_ids is not None:
        return frozenset()
    return frozenset(right for right in held if limits.allow(right))


def refuse_without(held: frozenset[str], right: str) -> None:
    """Raise NotFound for someone without any right, NotAllowed for one without this right."""
    if right in held:
        return
    if not held:
        raise NotFound("There is no such tenant.", code="no-such-tenant")
    allowed = " or ".join(role.label for role in ROLES.values() if right in role.rights)
    raise NotAllowed(
        "Your role does not allow this.",
        code=f"needs-{right.replace('_', '-')}",
        safe="Nothing was done.",
        todo=f"Ask a Tenant Manager for the role {allowed}.",
    )
