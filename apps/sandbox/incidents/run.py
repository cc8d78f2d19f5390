"""Starts an incident by name."""

from collections.abc import Callable, Mapping
from typing import Any

from apps.sandbox.incidents.ca_lockout import lock_out
from apps.sandbox.incidents.hr_corruption import corrupt
from apps.sandbox.incidents.mass_delete import delete_many
from apps.sandbox.incidents.quiet_takeover import take_over
from apps.sandbox.incidents.script import IncidentError, Script
from apps.sandbox.state.world import World

_INCIDENTS: Mapping[str, Callable[[Script], None]] = {
    "ca-lockout": lock_out,
    "hr-corruption": corrupt,
    "mass-delete": delete_many,
    "quiet-takeover": take_over,
}
NAMES = tuple(_INCIDENTS)


def run(world: World, name: str, tenant_id: str | None = None) -> dict[str, Any]:
    """Let one incident happen in one tenant: the given one, or the first workforce tenant.

    Returns:
        `incident`, `tenant`, `actor` (`id`, `name`), `counts` by kind of act, and under `updated`,
        `created`, `deleted`, `purged` and `linked` what was touched: `{"kind", "id"}` each, for
        links `{"link", "source", "target", "present"}`. Two worlds with the same seed give the
        same ids, but for objects that Graph names at random when it creates them.

    Raises:
        IncidentError: no such incident or tenant, or the tenant has not what the incident needs.
    """
    incident = _INCIDENTS.get(name)
    if incident is None:
        raise IncidentError(f"There is no incident {name!r}; there are {', '.join(NAMES)}.")
    script = Script(world, _tenant(world, tenant_id))
    incident(script)
    return {"incident": name, **script.report()}


def _tenant(world: World, tenant_id: str | None) -> str:
    if tenant_id is not None:
        directory = world.directory(tenant_id)
        if directory is None:
            raise IncidentError("There is no tenant with that id or domain here.")
        return directory.tenant_id
    for directory in world.directories.values():
        if directory.category == "workforce":
            return directory.tenant_id
    raise IncidentError("There is no workforce tenant here.")
