"""All guards, over one plan."""

from __future__ import annotations

from collections.abc import Iterator

from apps.recovery.guards.anybody import nobody_risks
from apps.recovery.guards.effects import gather
from apps.recovery.guards.groups import special_groups
from apps.recovery.guards.licences import licence_risks
from apps.recovery.guards.limits import limit_risks
from apps.recovery.guards.lock_out import LockOut, concerns, lock_out_risks
from apps.recovery.guards.looking import PlanLook
from apps.recovery.guards.mass_change import mass_change_risks
from apps.recovery.guards.other_runs import other_run_risks
from apps.recovery.guards.own_access import own_access_risks, own_principals_shut_out
from apps.recovery.guards.owners import owner_risks
from apps.recovery.guards.privileged import administrator_risks, privilege_risks
from apps.recovery.guards.risks import PlanRisk, ordered
from apps.recovery.guards.synchronised import synchronised_risks


def look(look: PlanLook) -> list[PlanRisk]:
    """What could go wrong if these steps were taken, the worst first.

    The steps are gone through once; memory grows with the ids they name. What is read of the
    history are the policies, and the objects that matter for them.
    """
    return ordered(_risks(look))


def _risks(look: PlanLook) -> Iterator[PlanRisk]:
    effects = gather(look.writes())
    yield from mass_change_risks(look, effects)
    groups = special_groups(look, effects)
    yield from privilege_risks(look, effects, groups)
    yield from owner_risks(look, effects)
    yield from licence_risks(effects, groups)
    yield from synchronised_risks(look, effects)
    yield from limit_risks(look, effects)
    yield from own_access_risks(look, effects)
    yield from other_run_risks(look)
    if concerns(effects):
        case = LockOut(look, effects)
        yield from lock_out_risks(case)
        yield from nobody_risks(case)
        yield from own_principals_shut_out(case)
        yield from administrator_risks(case)
