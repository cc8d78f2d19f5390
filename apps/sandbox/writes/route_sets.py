"""The sets of routes that several kinds have in common: rows of the table of writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from apps.sandbox.graph.context import Answer, Call, Permissions, Route
from apps.sandbox.graph.route_sets import CONDITIONAL_ACCESS_BIN, STRENGTHS
from apps.sandbox.schema import BETA
from apps.sandbox.writes import app_roles, credentials, links, roles, strengths
from apps.sandbox.writes import permissions as need

Handler = Callable[[Call], Answer]

DEFINITIONS = "/roleManagement/directory/roleDefinitions"
LANE = "conditional-access"


def own_objects(
    path: str,
    handlers: tuple[Handler | None, Handler | None, Handler | None],
    needed: tuple[Permissions, Permissions, Permissions],
    *,
    key: str = "id",
    lane: str = "directory",
    cast: bool = False,
) -> Iterator[Route]:
    """POST on a collection, PATCH and DELETE on its objects; with a cast in the path too."""
    create, update, delete = handlers
    tails = ("", "/{cast}") if cast else ("",)
    for tail in tails:
        if create is not None:
            yield Route("POST", f"{path}{tail}", create, needed[0], lane=lane)
        if update is not None:
            yield Route("PATCH", f"{path}/{{{key}}}{tail}", update, needed[1], lane=lane)
        if delete is not None:
            yield Route("DELETE", f"{path}/{{{key}}}{tail}", delete, needed[2], lane=lane)


def references(path: str, name: str, add: Permissions, remove: Permissions) -> Iterator[Route]:
    """POST and DELETE on the references of a relation."""
    yield Route("POST", f"{path}/{{id}}/{name}/$ref", links.add, add)
    yield Route("DELETE", f"{path}/{{id}}/{name}/{{target}}/$ref", links.remove, remove)
    yield Route("DELETE", f"{path}/{{id}}/{name}/$ref", links.remove, remove)


def secrets(path: str) -> Iterator[Route]:
    """Secrets of applications and service principals."""
    added, removed = credentials.add_password, credentials.remove_password
    yield Route("POST", f"{path}/{{id}}/addPassword", added, need.CREDENTIAL)
    yield Route("POST", f"{path}/{{id}}/removePassword", removed, need.CREDENTIAL)


def assignments(path: str) -> Iterator[Route]:
    """App role assignments from the side of a principal."""
    create, delete = app_roles.create_for_principal, app_roles.delete_for_principal
    needed = (need.ASSIGNMENT_CREATE, need.ASSIGNMENT, need.ASSIGNMENT)
    where = f"{path}/{{id}}/appRoleAssignments"
    return own_objects(where, (create, None, delete), needed, key="assignment")


def policy_bin_of(name: str, path: str, restore: Handler, purge: Handler) -> Iterator[Route]:
    """Restore on the bin's path and on the object's own, permanent delete on the bin's."""
    where, needed = f"{CONDITIONAL_ACCESS_BIN}/{name}", need.CONDITIONAL_ACCESS_DELETE
    yield Route("POST", f"{where}/{{id}}/restore", restore, needed, lane=LANE)
    yield Route("POST", f"{path}/{{id}}/restore", restore, needed, lane=LANE)
    yield Route("DELETE", f"{where}/{{id}}", purge, needed, lane=LANE)


def role_bin() -> Iterator[Route]:
    """The bin of role definitions, in beta alone."""
    where, beta = "/roleManagement/directory/deletedItems/roleDefinitions", frozenset({BETA})
    for path in (where, DEFINITIONS):
        restore = roles.restore_definition
        yield Route("POST", f"{path}/{{id}}/restore", restore, need.ROLE, versions=beta)
    yield Route("DELETE", f"{where}/{{id}}", roles.purge_definition, need.ROLE, versions=beta)


def strength_policies() -> Iterator[Route]:
    """Custom authentication strengths and what each asks of its methods."""
    yield from own_objects(
        f"{STRENGTHS}/{{id}}/combinationConfigurations",
        (
            strengths.create_configuration,
            strengths.update_configuration,
            strengths.delete_configuration,
        ),
        (need.STRENGTH, need.STRENGTH, need.STRENGTH),
        key="configuration",
    )
    yield from own_objects(
        STRENGTHS,
        (strengths.create, strengths.update, strengths.delete),
        (need.STRENGTH, need.STRENGTH, need.STRENGTH),
    )
    yield Route(
        "POST",
        f"{STRENGTHS}/{{id}}/updateAllowedCombinations",
        strengths.update_combinations,
        need.STRENGTH,
    )
