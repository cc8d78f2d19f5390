"""What Microsoft's recovery carries out of a plan's steps, by the facts of the catalogue.

It updates, moves into bins and out of them. It makes nothing anew, removes nothing for good, and
takes no single attributes: whole types, or up to a hundred objects by their ids
(https://learn.microsoft.com/entra/backup/scope-supported-objects-limitations).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from apps.core.errors import Invalid
from apps.diffs.batches import batched
from apps.entra.catalogue import SoftDelete, kind, link
from apps.recovery import reasons, states
from apps.recovery.choices import Action, PoliciesAs
from apps.recovery.planning.drafts import Draft, not_recoverable
from apps.recovery.planning.ordering import Placed
from apps.recovery.selection import Selection

NAMESPACE = "microsoft.graph.entraRecoveryServices"
MOST_IDS = 100
# One after another: more would take days.
MOST_JOBS = 100
_NAMES_FILTER = f"#{NAMESPACE}.recoveryJobEntityNamesFilter"
_IDS_FILTER = f"#{NAMESPACE}.recoveryJobEntityNameAndIdsFilter"
# Kinds -> Graph's resourceTypeName. Grants and assignments come with their service principal alone,
# and no filter names them by themselves.
TYPES: Mapping[str, str] = {
    "user": "user",
    "group": "group",
    "application": "application",
    "servicePrincipal": "servicePrincipal",
    "conditionalAccessPolicy": "conditionalAccessPolicy",
    "namedLocation": "namedLocationPolicy",
    "authenticationMethodConfiguration": "authenticationMethodPolicy",
    "authenticationStrengthPolicy": "authenticationStrengthPolicy",
    "authorizationPolicy": "authorizationPolicy",
}
ANCHORED = frozenset({"appRoleAssignment", "oauth2PermissionGrant"})
_MOVES = (Action.UNDELETE, Action.SOFT_DELETE)
_DROPPED = (Action.PREPARE, Action.SECRET)


def as_it_can(selection: Selection) -> str:
    """Why Microsoft's engine cannot carry out what was chosen, in words; "" where it can."""
    single = (selection.attributes, selection.links, selection.changes, selection.touched)
    if any(single) or selection.playbook or selection.matching:
        return (
            "Microsoft's recovery brings whole objects back. Choose everything, whole kinds or "
            "objects."
        )
    if selection.attributes_as or selection.links_as:
        return "Microsoft's recovery writes every value and every link as it was; there is no mode."
    if selection.policies_as != PoliciesAs.AS_THEY_WERE:
        return "Microsoft's recovery puts policies in force at once, as they were."
    return ""


def require_it_can(selection: Selection) -> None:
    """Raise Invalid where Microsoft's engine cannot carry out what was chosen."""
    if reason := as_it_can(selection):
        raise Invalid(
            reason,
            code="native-scope",
            safe="Nothing was planned.",
            todo="Choose that, or have Holdfast recover.",
        )


def carried_out(drafts: Iterable[Draft]) -> Iterable[Draft]:
    """The drafts of a plan for Microsoft's engine; what it does not cover says so.

    The requests stay with the steps: they tell people and guards what would be written.
    """
    for draft in drafts:
        if not draft.writes:
            yield draft
        elif draft.action == Action.RETURN:
            yield _returning(draft)
        elif draft.action in _DROPPED:
            continue
        elif reason := _not_covered(draft):
            yield not_recoverable(draft, reason)
        else:
            yield draft


def _returning(draft: Draft) -> Draft:
    """What comes back with its owner is looked for, and not written."""
    draft.content = None
    draft.attributes = ()
    draft.reason = reasons.RETURNS
    draft.wants = states.of_object(states.PRESENT)
    return draft


def _not_covered(draft: Draft) -> str:
    if draft.kind in ANCHORED:
        return reasons.NATIVE_ANCHORED
    if draft.kind not in TYPES or draft.action in {Action.CREATE, Action.REMOVE}:
        return reasons.NATIVE_NOT_COVERED
    of = kind(draft.kind)
    if draft.link:
        return "" if link(draft.link).native else reasons.NATIVE_NOT_COVERED
    if draft.action in _MOVES:
        return "" if of.soft_delete != SoftDelete.NONE else reasons.NATIVE_NOT_COVERED
    all_of_it = all(of.by_name[name].native for name in draft.attributes)
    return "" if all_of_it else reasons.NATIVE_NOT_COVERED


def filters_of(selection: Selection, placed: Collection[Placed]) -> list[dict[str, Any]]:
    """The filteringCriteria of the jobs that carry the steps out, in the order to be run.

    By ids, so that nothing but what the plan names is touched: a job takes MOST_IDS of them, and
    more go one after another, an object in or after the job that brings back what it needs. Whole
    types take all that differs, in one job; that is said only of more objects than one job takes by
    ids, and only where the plan is about all of it. Raises Invalid for too many.
    """
    last: dict[tuple[str, str], int] = {}
    for one in placed:
        if one.draft.writes and one.draft.action != Action.RETURN:
            key = (TYPES[one.draft.kind], one.draft.object_id)
            last[key] = max(one.wave, last.get(key, 0))
    if len(last) > MOST_IDS and _is_about_all(selection, placed, {name for name, _ in last}):
        types = sorted({name for name, _ in last})
        return [{"@odata.type": _NAMES_FILTER, "entityTypes": types}]
    if len(last) > MOST_IDS * MOST_JOBS:
        raise Invalid(
            f"Microsoft's recovery takes {MOST_IDS} objects at a time; {len(last):,} of them would "
            "take it days.",
            code="native-too-many",
            safe="Nothing was planned.",
            todo="Choose fewer objects, or whole kinds with what was created since removed, or "
            "have Holdfast recover.",
        )
    ordered = sorted(last, key=lambda one: (last[one], one))
    return [_by_ids(some) for some in batched(ordered, MOST_IDS)]


def _by_ids(objects: Iterable[tuple[str, str]]) -> dict[str, Any]:
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for name, object_id in objects:
        ids[name].append(object_id)
    values = [{"entityType": name, "entityIds": sorted(held)} for name, held in sorted(ids.items())]
    return {"@odata.type": _IDS_FILTER, "filterValues": values}


def _is_about_all(selection: Selection, placed: Collection[Placed], types: set[str]) -> bool:
    """Whether what differs of these types, all of it, is to go back."""
    stays = any(
        one.draft.reason in {reasons.LEFT_IN_PLACE, reasons.TO_BE_ANSWERED}
        and TYPES.get(one.draft.kind) in types
        for one in placed
    )
    about_kinds = selection.everything or bool(selection.kinds)
    return about_kinds and not stays and not selection.object_ids


def named_in(criteria: Mapping[str, Any]) -> frozenset[str] | None:
    """The ids of the objects that a filter takes; None for one of whole types."""
    values = criteria.get("filterValues")
    if values is None:
        return None
    return frozenset(object_id for one in values for object_id in one["entityIds"])
