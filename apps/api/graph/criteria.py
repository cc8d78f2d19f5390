"""What a job is about: Graph's filteringCriteria, and the scope of a difference report.

https://learn.microsoft.com/graph/api/resources/entrarecoveryservices-recoveryjobfilteringcriteriabase
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.api.graph.errors import unusable
from apps.api.graph.names import NAMESPACE, UNKNOWN, entity_types, kinds_of, member
from apps.core.errors import Invalid
from apps.diffs.changes import Scope
from apps.recovery.choices import PoliciesAs

# Where a report keeps what it was asked for with, beside its scope.
KEPT = "filtering_criteria"
_NAMES = f"#{NAMESPACE}.recoveryJobEntityNamesFilter"
_IDS = f"#{NAMESPACE}.recoveryJobEntityNameAndIdsFilter"
_TAKEN = ("filteringCriteria", "@odata.type", "@holdfast.policiesAs")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The body of a new job, checked. criteria: as they were given, None for everything."""

    scope: Scope
    criteria: dict[str, Any] | None
    policies_as: PoliciesAs

    @property
    def kept(self) -> dict[str, Any]:
        return {KEPT: self.criteria} if self.criteria else {}


def wanted_of(body: Any) -> Wanted:
    """The body of a new job. Raises Invalid."""
    given = body if body else {}
    if not isinstance(given, Mapping):
        raise unusable("The body", "is an object, or empty.")
    if unknown := sorted(name for name in given if name not in _TAKEN):
        raise unusable(unknown[0], "is no property of a new job.")
    policies = given.get("@holdfast.policiesAs", PoliciesAs.REPORT_ONLY)
    if policies not in PoliciesAs.values:
        raise unusable("@holdfast.policiesAs", f"One of {', '.join(PoliciesAs.values)}.")
    criteria = given.get("filteringCriteria")
    scope, kept = (Scope(), None) if criteria is None else _criteria(criteria)
    return Wanted(scope, kept, PoliciesAs(policies))


def shown(scope: Mapping[str, Any], *, every: bool) -> dict[str, Any] | None:
    """The criteria of a report, as they were given or as its scope says."""
    if kept := scope.get(KEPT):
        return dict(kept)
    kinds, ids = scope.get("kinds", ()), list(scope.get("object_ids", ()))
    names = [member(name, every=every) for name in entity_types(kinds)]
    if ids:
        values = [{"entityType": names[0] if len(names) == 1 else UNKNOWN, "entityIds": ids}]
        return {"@odata.type": _IDS, "filterValues": values}
    return {"@odata.type": _NAMES, "entityTypes": names} if names else None


def _criteria(given: Any) -> tuple[Scope, dict[str, Any]]:
    if not isinstance(given, Mapping):
        raise unusable("filteringCriteria", "is an object.")
    if given.get("@odata.type") == _NAMES:
        names = _texts(given.get("entityTypes"), "entityTypes")
        return Scope(kinds=_kinds(names)), {"@odata.type": _NAMES, "entityTypes": names}
    if given.get("@odata.type") == _IDS:
        return _by_id(given.get("filterValues"))
    raise unusable("filteringCriteria", f"@odata.type is {_NAMES} or {_IDS}.")


def _by_id(values: Any) -> tuple[Scope, dict[str, Any]]:
    if not isinstance(values, list) or not all(isinstance(one, Mapping) for one in values):
        raise unusable("filterValues", "is a list of objects.")
    kept: dict[str, list[str]] = {}
    for value in values:
        (name,) = _texts([value.get("entityType")], "entityType")
        if name in kept:
            raise unusable("filterValues", f"{name} stands there more than once.")
        kept[name] = _texts(value.get("entityIds"), "entityIds")
    if not kept:
        raise unusable("filterValues", "is empty.")
    scope = Scope(_kinds(list(kept)), frozenset(one for ids in kept.values() for one in ids))
    said = [{"entityType": name, "entityIds": ids} for name, ids in kept.items()]
    return scope, {"@odata.type": _IDS, "filterValues": said}


def _texts(given: Any, name: str) -> list[str]:
    if not isinstance(given, list) or not given or not all(_is_name(one) for one in given):
        raise unusable(name, "is a list of names, and not empty.")
    return list(dict.fromkeys(given))


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 256 and "\0" not in value


def _kinds(names: list[str]) -> frozenset[str]:
    found: set[str] = set()
    for name in names:
        kinds = kinds_of(name)
        if not kinds:
            raise Invalid(f"{name} is no type that Holdfast keeps.", code="unknown-type")
        found |= set(kinds)
    return frozenset(found)
