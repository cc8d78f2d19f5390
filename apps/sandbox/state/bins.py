"""What a deleted object leaves aside, to come back when it is restored."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .records import Record

if TYPE_CHECKING:
    from .directory import Directory

Link = tuple[str, str, str]

#: Objects that live only as long as the principals they name: type -> naming properties.
_DEPENDENTS = {
    "appRoleAssignment": ("principalId", "resourceId"),
    "oauth2PermissionGrant": ("clientId", "principalId", "resourceId"),
    "unifiedRoleAssignment": ("principalId",),
    "unifiedRoleEligibilitySchedule": ("principalId",),
    "privilegedAccessGroupEligibilitySchedule": ("groupId", "principalId"),
    "privilegedAccessGroupAssignmentSchedule": ("groupId", "principalId"),
    "groupResource": ("groupId",),
    "unifiedRoleManagementPolicyAssignment": ("roleDefinitionId", "scopeId"),
}
#: Relations whose targets are part of their source.
_CONTAINED = (
    "application.extensionProperties",
    "application.federatedIdentityCredentials",
    "authenticationStrengthPolicy.combinationConfigurations",
    "domain.federationConfiguration",
    "crossTenantAccessPolicyConfigurationPartner.identitySynchronization",
)


@dataclass(frozen=True, slots=True)
class Aside:
    """Links (relation, source, target) and dependent objects of one object in the bin."""

    links: tuple[Link, ...] = ()
    records: tuple[Record, ...] = ()

    def with_link(self, link: Link) -> "Aside":
        """The same with one link more, whose other end came back first."""
        return replace(self, links=(*self.links, link))


def dependents_of(directory: "Directory", record: Record) -> list[Record]:
    """Assignments and grants that name the object, and its parts, each once."""
    found: dict[str, Record] = {}
    for type_name, names in _DEPENDENTS.items():
        if record.type == type_name:
            continue
        for name in names:
            found |= {r.id: r for r in directory.find_all(type_name, name, record.id)}
    for relation in _CONTAINED:
        for child_id in directory.targets(relation, record.id):
            child = directory.get(child_id)
            if child is not None:
                found[child_id] = child
    return list(found.values())
