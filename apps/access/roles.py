"""The table of rights and roles: what each allows, in data.

docs/roles.md and the portal's page "Roles and rights" are made from it.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from apps.core.actor import Limits
from apps.core.errors import NotAllowed, NotFound

VIEW_BACKUPS: Final = "view_backups"
VIEW_PEOPLE: Final = "view_people"
TAKE_BACKUPS: Final = "take_backups"
MAKE_REPORTS: Final = "make_reports"
EXPORT: Final = "export"
REQUEST_RECOVERY: Final = "request_recovery"
APPROVE_RECOVERY: Final = "approve_recovery"
VIEW_AUDIT: Final = "view_audit"
MANAGE_TENANT: Final = "manage_tenant"
MANAGE_RETENTION: Final = "manage_retention"
MANAGE_PEOPLE: Final = "manage_people"
MANAGE_SIGN_IN: Final = "manage_sign_in"
DEMAND_APPROVALS: Final = "demand_approvals"
VIEW_NOTIFICATIONS: Final = "view_notifications"


@dataclass(frozen=True, slots=True)
class Right:
    """One thing that a role may allow. words: what its holder can do, for people to read."""

    name: str
    label: str
    words: str


_RIGHTS: Final = (
    Right(
        VIEW_BACKUPS,
        "See backups",
        "Open the tenant: its snapshots, difference reports, plans, requests, runs and coverage.",
    ),
    Right(
        VIEW_PEOPLE,
        "See people",
        "See who may do what on the tenant and in which way, and the support sessions.",
    ),
    Right(TAKE_BACKUPS, "Take snapshots", "Start a capture now instead of waiting for the next."),
    Right(MAKE_REPORTS, "Compare", "Compare a snapshot with another, or with now."),
    Right(EXPORT, "Export", "Take data out of Holdfast as files."),
    Right(
        REQUEST_RECOVERY,
        "Request recoveries",
        "Plan what to bring back and ask somebody else to approve it; stop a run.",
    ),
    Right(
        APPROVE_RECOVERY,
        "Approve recoveries",
        "Approve or refuse what somebody else requested, and review broken glass. Nobody decides "
        "his own request, unless he breaks the glass where the tenant's rules allow it.",
    ),
    Right(VIEW_AUDIT, "Read the audit trail", "Read who did what on the tenant, and from where."),
    Right(
        MANAGE_TENANT,
        "Manage the tenant",
        "Connect the tenant, and confirm removals that were held back.",
    ),
    Right(
        MANAGE_RETENTION,
        "Set schedule and retention",
        "Set when the tenant is captured and how long snapshots are kept, pin snapshots, put a "
        "legal hold. What shortens retention waits for somebody else's approval.",
    ),
    Right(
        MANAGE_PEOPLE,
        "Manage people",
        "Invite people, give roles that one holds oneself, and take them away.",
    ),
    Right(
        MANAGE_SIGN_IN,
        "Manage sign-in",
        "Set how people sign in, and switch the emergency mode on and off.",
    ),
    Right(
        DEMAND_APPROVALS,
        "Demand approvals",
        "Set the approval rules: how many, and whose, for which risk. What loosens them waits for "
        "somebody else's approval.",
    ),
    Right(
        VIEW_NOTIFICATIONS,
        "See notifications",
        "See over which routes the MSP is told of what happens and what arrived, and send a "
        "message again.",
    ),
)
# Every right by its name, in the order in which they are shown.
RIGHT_TABLE: Final = {right.name: right for right in _RIGHTS}
RIGHTS: Final = tuple(RIGHT_TABLE)


@dataclass(frozen=True, slots=True)
class Role:
    """permission: the codename django-guardian stores for it. rights: all that it allows."""

    name: str
    label: str
    permission: str
    rights: frozenset[str]


_LOOKING: Final = frozenset({VIEW_BACKUPS, VIEW_PEOPLE})

ROLES: Final = {
    role.name: role
    for role in (
        Role("backup-reader", "Backup Reader", VIEW_BACKUPS, _LOOKING),
        Role(
            "backup-administrator",
            "Backup Administrator",
            REQUEST_RECOVERY,
            _LOOKING | {TAKE_BACKUPS, MAKE_REPORTS, EXPORT, REQUEST_RECOVERY},
        ),
        Role(
            "recovery-approver",
            "Recovery Approver",
            APPROVE_RECOVERY,
            _LOOKING | {APPROVE_RECOVERY, VIEW_AUDIT},
        ),
        Role(
            "tenant-manager",
            "Tenant Manager",
            MANAGE_TENANT,
            _LOOKING
            | {
                TAKE_BACKUPS,
                EXPORT,
                VIEW_AUDIT,
                MANAGE_TENANT,
                MANAGE_RETENTION,
                MANAGE_PEOPLE,
                MANAGE_SIGN_IN,
                DEMAND_APPROVALS,
                VIEW_NOTIFICATIONS,
            },
        ),
    )
}
# What the first person of a new MSP gets: together they allow everything.
OWNER_ROLES: Final = ("backup-administrator", "recovery-approver", "tenant-manager")

# The system captures on schedule. It never puts a recovery forward and never approves one.
SYSTEM_RIGHTS: Final = frozenset({VIEW_BACKUPS, TAKE_BACKUPS})

# Whoever has a shell on the installation has its keys. Without naming himself as one of its people
# he may look, capture and compare; asking for a recovery and approving it take two named people.
CONSOLE_RIGHTS: Final = SYSTEM_RIGHTS | {MAKE_REPORTS}

# What a platform operator may do in a support session, however it was asked for.
SUPPORT_RIGHTS: Final = frozenset({VIEW_BACKUPS})


def roles_with(right: str) -> list[Role]:
    """The roles that allow a right. Raises ValueError for an unknown one."""
    if right not in RIGHT_TABLE:
        raise ValueError(f"{right!r} is not a right")
    return [role for role in ROLES.values() if right in role.rights]


def permissions_for(right: str) -> list[str]:
    """The permission codenames whose roles allow a right. Raises ValueError for an unknown one."""
    return [role.permission for role in roles_with(right)]


def labels(names: list[str]) -> str:
    """Roles as people call them, in the table's order."""
    return ", ".join(role.label for role in ROLES.values() if role.name in names)


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
    allowed = " or ".join(role.label for role in roles_with(right))
    raise NotAllowed(
        "Your role does not allow this.",
        code=f"needs-{right.replace('_', '-')}",
        safe="Nothing was done.",
        todo=f"Ask a Tenant Manager for the role {allowed}.",
    )
