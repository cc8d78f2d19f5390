"""A snapshot as lines for the sandbox, one for each object and link, read in portions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import orjson

from apps.entra.catalogue import KINDS, LINKS, Kind, SoftDelete
from apps.entra.catalogue.normalising import PARENT, UNKNOWN
from apps.history.choices import ExportForm, ObjectState
from apps.history.exporting.contents import Contents, Wanted
from apps.history.models import Snapshot

# Kinds by the names of Graph's types, where they are called otherwise.
_GRAPH_TYPES: Final = {
    "roleDefinition": "unifiedRoleDefinition",
    "roleAssignment": "unifiedRoleAssignment",
    "roleEligibility": "unifiedRoleEligibilitySchedule",
    "roleSetting": "unifiedRoleManagementPolicyAssignment",
    "groupRoleSetting": "unifiedRoleManagementPolicyAssignment",
    "groupEligibility": "privilegedAccessGroupEligibilitySchedule",
    "groupAssignment": "privilegedAccessGroupAssignmentSchedule",
    "crossTenantAccessDefault": "crossTenantAccessPolicyConfigurationDefault",
    "crossTenantAccessPartner": "crossTenantAccessPolicyConfigurationPartner",
    "organizationalBranding": "organizationalBrandingLocalization",
    "identityProvider": "identityProviderBase",
    "lifecycleWorkflow": "workflow",
    "defaultAppManagementPolicy": "tenantAppManagementPolicy",
}
KIND_OF_TYPE: Final = {graph: name for name, graph in _GRAPH_TYPES.items()}
_EVERY: Final = 500
Tell = Callable[[int], None]


def graph_type(kind: str) -> str:
    """What Graph calls the kind."""
    return _GRAPH_TYPES.get(kind, kind)


def lines_of(snapshot: Snapshot, tell: Tell) -> Iterator[bytes]:
    """Every object and link of a snapshot, objects first. Consume it in its tenant's scope.

    tell: how many there were so far; it may raise to stop. Raises DamagedBody.
    """
    contents = Contents(Wanted(snapshot, ExportForm.JSON))
    for number, line in enumerate(_lines(contents), start=1):
        if number % _EVERY == 0:
            tell(number)
        yield orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def _lines(contents: Contents) -> Iterator[dict[str, Any]]:
    for kind in KINDS:
        for state in (ObjectState.PRESENT, ObjectState.SOFT_DELETED):
            for body in contents.objects(kind, state):
                yield _object(kind, body, deleted=state == ObjectState.SOFT_DELETED)
    for name in contents.wanted.links:
        link = LINKS[name]
        for item in contents.links(name):
            yield {
                "type": graph_type(link.source_kind),
                "relation": link.property,
                "source": item.source_id,
                "target": item.target_id,
            }


def _object(kind: Kind, body: dict[str, Any], *, deleted: bool) -> dict[str, Any]:
    told = kind.beside.properties if kind.beside else ()
    left_out = {PARENT, UNKNOWN, *kind.inside, *told}
    kept = {name: value for name, value in body.items() if name not in left_out}
    for name, path in kind.inside.items():
        if name in body:
            kept.setdefault(path[-1], []).append(body[name])
    line: dict[str, Any] = {"type": graph_type(kind.name), "body": kept}
    if kind.parent and PARENT in body:
        line["parent"] = {"type": graph_type(kind.parent), "id": body[PARENT]}
    if deleted and kind.soft_delete != SoftDelete.NONE:
        line["deleted"] = True
    return line
