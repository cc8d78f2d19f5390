"""Filling a tenant over the control door, and consenting to an application in it.

POST /_sandbox/tenants/{id}            begins an empty one that nobody sees yet
POST /_sandbox/tenants/{id}/lines      takes lines of JSON in; answers what it refused
POST /_sandbox/tenants/{id}/settle     makes the tenant; answers its counts and what it refused
POST /_sandbox/tenants/{id}/consents   {"client_id"}: what an administrator's consent does
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.sandbox.control.errors import ControlError
from apps.sandbox.load.streaming import Filling, as_json
from apps.sandbox.seed import resources
from apps.sandbox.seed.applications import add_principal
from apps.sandbox.seed.draft import Draft
from apps.sandbox.seed.organisations import drawn
from apps.sandbox.seed.principals import assign
from apps.sandbox.state.world import World

Fillings = dict[str, Filling]


def fill(fillings: Fillings, world: World, parts: list[str], body: bytes) -> dict[str, Any]:
    """Answer one of the first three. `parts`: the path after "tenants". Raises ControlError."""
    tenant_id = _guid(parts[0])
    if len(parts) == 1:
        if world.directory(tenant_id) is not None or tenant_id in fillings:
            raise ControlError(f"there is a tenant '{tenant_id}' already", 409)
        fillings[tenant_id] = Filling(tenant_id)
        return {"tenant": tenant_id}
    filling = fillings.get(tenant_id)
    if filling is None:
        raise ControlError(f"nobody has begun a tenant '{tenant_id}'", 404)
    try:
        if parts[1] == "lines":
            return {"refused": as_json(filling.take(body))}
        facts, refused = filling.settle(world)
    except ValueError as problem:
        raise ControlError(f"the lines cannot be taken: {type(problem).__name__}") from problem
    del fillings[tenant_id]
    return {**facts, "refused": as_json(refused)}


def consent(world: World, tenant: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Give an application a service principal with the Graph roles that it asks for.

    Raises:
        ControlError: there is no such tenant or application, or it has been consented to before.
    """
    directory, app_id = world.directory(tenant), str(asked.get("client_id", ""))
    found = world.find_application(app_id)
    if directory is None or found is None:
        raise ControlError("there is no such tenant or application", 404)
    graph = directory.find("servicePrincipal", "appId", resources.GRAPH)
    if graph is None or directory.find("servicePrincipal", "appId", app_id) is not None:
        raise ControlError("the application has been consented to before, or cannot be", 409)
    home, application = found
    draft = Draft(directory, drawn()[0], seed=0, users=0, prefix=f"{directory.tenant_id}/{app_id}")
    principal = add_principal(draft, application.body)
    directory.change(principal, {"appOwnerOrganizationId": home.tenant_id})
    for access in application.body.get("requiredResourceAccess", []):
        if access.get("resourceAppId") == resources.GRAPH:
            for role in access["resourceAccess"]:
                if role["type"] == "Role":
                    assign(draft, principal, graph.id, role["id"])
    return {"service_principal": principal}


def _guid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise ControlError(f"'{text}' is no id of a tenant") from None
