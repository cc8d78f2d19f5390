"""What the plan would do to Holdfast's own applications in the tenant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from apps.diffs.batches import batched
from apps.diffs.choices import Risk
from apps.entra.conditional_access import Level, Who
from apps.history import selectors as history
from apps.recovery.choices import Action
from apps.recovery.guards.effects import REMOVING, Effects
from apps.recovery.guards.lock_out import LockOut
from apps.recovery.guards.looking import PlanLook, Write
from apps.recovery.guards.risks import PlanRisk, about
from apps.tenants.models import Connection

PRINCIPAL, ASSIGNMENT = "servicePrincipal", "appRoleAssignment"
BATCH = 500


def own_access_risks(look: PlanLook, effects: Effects) -> Iterator[PlanRisk]:
    """Our service principals removed or disabled, or a permission of theirs taken away."""
    ours = own_app_ids(look)
    hit: dict[str, int] = {}
    for (_, object_id), writes in effects.watched_of(PRINCIPAL).items():
        for write in writes:
            if _switches_off(write):
                hit[object_id] = write.order
    bodies = _bodies(look, PRINCIPAL, hit)
    own = {one for one in hit if bodies.get(one, {}).get("appId") in ours}
    own |= set(_deprived(look, effects, ours, hit))
    if own:
        steps = tuple(sorted(hit[one] for one in own))
        yield PlanRisk("own-access-lost", Risk.HIGH, steps, about(own))


def own_principals_shut_out(case: LockOut) -> Iterator[PlanRisk]:
    """Our service principals under the policies for workloads.

    Those reach only applications that are registered in this tenant for this tenant alone
    (https://learn.microsoft.com/entra/identity/conditional-access/workload-identity), so nothing is
    read where no policy is for service principals.
    """
    if not case.rules_change or not case.after.rules.reach_applications:
        return
    ours = own_app_ids(case.look)
    for object_id, body in _principals(case.look):
        if body.get("appId") not in ours:
            continue
        one = Who(object_id, is_workload=True, single_tenant=_single_tenant(case.look, body))
        before, after = case.before.way_of(one), case.after.way_of(one)
        if after.level >= Level.DEPENDS and after.level > before.level:
            code = "shut-out" if after.level == Level.SHUT else "may-be-shut-out"
            policies = sorted(after.because_of)
            data = about([object_id], who="own-application", policies=policies)
            yield PlanRisk(code, Risk.HIGH, case.steps, data)


def own_app_ids(look: PlanLook) -> frozenset[str]:
    """The client ids that this tenant's connections sign in with."""
    rows = Connection.objects.filter(tenant=look.tenant, registration__client_id__isnull=False)
    return frozenset(str(one) for one in rows.values_list("registration__client_id", flat=True))


def _switches_off(write: Write) -> bool:
    if write.action in REMOVING:
        return True
    return write.action == Action.UPDATE and write.body().get("accountEnabled") is False


def _deprived(
    look: PlanLook, effects: Effects, ours: frozenset[str], hit: dict[str, int]
) -> Iterator[str]:
    """Our principals that a permission is taken from; notes the steps in `hit`."""
    removed = effects.removed.get(ASSIGNMENT, {})
    if not removed:
        return
    principals = {one for one, body in _principals(look) if body.get("appId") in ours}
    for object_id, body in _bodies(look, ASSIGNMENT, removed).items():
        principal = str(body.get("principalId"))
        if principal in principals:
            hit[principal] = removed[object_id]
            yield principal


def _principals(look: PlanLook) -> Iterator[tuple[str, Mapping[str, Any]]]:
    states = history.state_at(look.tenant, look.seq, kinds=[PRINCIPAL])
    for batch in batched(states, BATCH):
        keys = [(PRINCIPAL, one.object_id) for one in batch]
        for (_, object_id), body in history.bodies_at(look.tenant, keys, look.seq).items():
            yield object_id, body


def _bodies(look: PlanLook, kind: str, ids: Mapping[str, int]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for batch in batched(sorted(ids), BATCH):
        rows = history.bodies_at(look.tenant, [(kind, one) for one in batch], look.seq)
        found |= {object_id: body for (_, object_id), body in rows.items()}
    return found


def _single_tenant(look: PlanLook, body: Mapping[str, Any]) -> bool:
    home = str(look.tenant.entra_id)
    return body.get("appOwnerOrganizationId") == home and body.get("signInAudience") in {
        None,
        "AzureADMyOrg",
    }
