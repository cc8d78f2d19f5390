"""Properties with requests of their own, of what governs roles, partners and access packages."""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.entra.catalogue.entitlements import ENTITLEMENTS
from apps.entra.catalogue.model import Kind
from apps.entra.catalogue.role_settings import RULES
from apps.entra.writing.own_request import Body, Maker, own_request
from apps.entra.writing.request import Ask, WriteRequest


def _rule(name: str) -> Maker:
    """One rule of a role's settings, changed after the one before it: each change gives the policy
    that holds them another id.

    https://learn.microsoft.com/graph/api/unifiedrolemanagementpolicyrule-update
    """

    def make(
        kind: Kind, path: str, current: Any, wanted: Any, body: Body
    ) -> tuple[WriteRequest, ...]:
        return (
            own_request(
                kind,
                "PATCH",
                f"/policies/roleManagementPolicies/{{policy}}/rules/{name}",
                dict(wanted),
                name,
                stage=RULES.index(name),
                asks=(Ask("policy", path, "policyId"),),
            ),
        )

    return make


def _synchronisation(
    kind: Kind, path: str, current: Any, wanted: Any, body: Body
) -> tuple[WriteRequest, ...]:
    """https://learn.microsoft.com/graph/api/crosstenantaccesspolicyconfigurationpartner-put-identitysynchronization"""
    name = "identitySynchronization"
    method = ("PATCH" if current else "PUT") if wanted else "DELETE"
    values = {key: value for key, value in wanted.items() if key != "tenantId"} if wanted else None
    return (own_request(kind, method, f"{path}/{name}", values, name),)


def _resources(
    kind: Kind, path: str, current: Any, wanted: Any, body: Body
) -> tuple[WriteRequest, ...]:
    """What a catalog holds is put in and taken out by requests about it.

    https://learn.microsoft.com/graph/api/entitlementmanagement-post-resourcerequests
    """
    catalog = {"id": path.rpartition("/")[2]}
    held, missing = _by_origin(current), _by_origin(wanted)
    added = (("adminAdd", missing[one]) for one in missing if one not in held)
    taken = (("adminRemove", held[one]) for one in held if one not in missing)
    return tuple(
        own_request(
            kind,
            "POST",
            f"{ENTITLEMENTS}/resourceRequests",
            {
                "requestType": action,
                "resource": {
                    name: one[name]
                    for name in ("id", "originId", "originSystem")
                    if name != "id" or action == "adminRemove"
                },
                "catalog": catalog,
            },
            "resources",
            repeatable=False,
        )
        for action, one in (*added, *taken)
    )


def _by_origin(resources: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(str(one["originSystem"]), str(one["originId"])): one for one in resources}


def _role_scopes(
    kind: Kind, path: str, current: Any, wanted: Any, body: Body
) -> tuple[WriteRequest, ...]:
    """What an access package gives. The catalog's entry for it has an id of Entra's own.

    https://learn.microsoft.com/graph/api/accesspackage-post-resourcerolescopes
    """
    name, base = "resourceRoleScopes", f"{path}/resourceRoleScopes"
    held, missing = _by_role(current), _by_role(wanted)
    resources = f"{ENTITLEMENTS}/catalogs/{(body.get('catalog') or {}).get('id')}/resources"
    return (
        *(
            own_request(kind, "DELETE", f"{base}/{held[one]['id']}", None, name)
            for one in held
            if one not in missing
        ),
        *(
            own_request(
                kind,
                "POST",
                base,
                _role_scope(missing[one]),
                name,
                repeatable=False,
                asks=(Ask("resource", _resource_path(resources, missing[one]), "id"),),
            )
            for one in missing
            if one not in held
        ),
    )


def _resource_path(resources: str, one: Mapping[str, Any]) -> str:
    return f"{resources}?$filter=originId eq '{one['scope']['originId']}'"


def _role_scope(one: Mapping[str, Any]) -> dict[str, Any]:
    role, scope = one["role"], one["scope"]
    kept = ("displayName", "originId", "originSystem")
    origin = {name: scope[name] for name in ("originId", "originSystem")}
    return {
        "role": {name: role[name] for name in kept if name in role}
        | {"resource": {"id": "{resource}", **origin}},
        "scope": {name: scope[name] for name in (*kept, "isRootScope") if name in scope},
    }


def _by_role(scopes: Iterable[Mapping[str, Any]]) -> dict[tuple[str, ...], Mapping[str, Any]]:
    return {
        (
            str(one["role"]["originSystem"]),
            str(one["role"]["originId"]),
            str(one["scope"]["originId"]),
        ): one
        for one in scopes
    }


def _version(name: str) -> Maker:
    """Conditions and tasks of a workflow go together, as a new version of the whole.

    https://learn.microsoft.com/graph/api/identitygovernance-workflow-createnewversion
    """

    def make(
        kind: Kind, path: str, current: Any, wanted: Any, body: Body
    ) -> tuple[WriteRequest, ...]:
        tasks = [{part: task[part] for part in _OF_TASKS if part in task} for task in body["tasks"]]
        workflow = {part: body[part] for part in _OF_WORKFLOWS if part in body} | {"tasks": tasks}
        # After the patch, whose values this names as well.
        new = {"workflow": workflow}
        return (own_request(kind, "POST", f"{path}/createNewVersion", new, name, stage=1),)

    return make


def _settings(name: str) -> Maker:
    """Both settings of lifecycle workflows go together.

    https://learn.microsoft.com/graph/api/identitygovernance-lifecyclemanagementsettings-update
    """

    def make(
        kind: Kind, path: str, current: Any, wanted: Any, body: Body
    ) -> tuple[WriteRequest, ...]:
        values = {part: body[part] for part in _OF_SETTINGS if part in body}
        return (own_request(kind, "PATCH", path, values, name),)

    return make


_OF_SETTINGS = ("emailSettings", "workflowScheduleIntervalInHours")
_OF_TASKS = (
    "arguments",
    "continueOnError",
    "description",
    "displayName",
    "isEnabled",
    "taskDefinitionId",
)
_OF_WORKFLOWS = (
    "category",
    "description",
    "displayName",
    "executionConditions",
    "isEnabled",
    "isSchedulingEnabled",
)
MAKERS: Mapping[str, Maker] = {
    "identitySynchronization": _synchronisation,
    "resources": _resources,
    **{name: _version(name) for name in ("executionConditions", "tasks")},
    **{name: _settings(name) for name in _OF_SETTINGS},
    "resourceRoleScopes": _role_scopes,
    **{name: _rule(name) for name in RULES},
}
