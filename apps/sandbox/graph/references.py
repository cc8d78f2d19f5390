"""Objects that Graph shows inside others although they are stored apart."""

from collections.abc import Callable
from typing import Any

from .context import Call

Completion = Callable[[Call, Any, dict[str, Any]], None]


def completions(family: str, select: tuple[str, ...] | None) -> Completion | None:
    """What completes an object of this family after projection, None for nothing."""
    found = _COMPLETIONS.get(family)
    if found is None or (select is not None and found[0] not in select):
        return None
    return found[1]


def _authentication_strength(call: Call, record: Any, shown: dict[str, Any]) -> None:
    """Conditional Access keeps the id of a strength and shows the whole of it.

    https://learn.microsoft.com/graph/api/resources/conditionalaccessgrantcontrols
    """
    controls = shown.get("grantControls")
    stored = (record.body.get("grantControls") or {}).get("authenticationStrength")
    if not controls or not stored:
        return
    from .rendering import render

    found = call.view.get(str(stored.get("id", "")))
    strength = render(call, found) if found is not None else controls["authenticationStrength"]
    if found is not None:
        strength["combinationConfigurations"] = [
            render(call, child, annotate=True)
            for child_id in call.view.targets(
                "authenticationStrengthPolicy.combinationConfigurations", found.id
            )
            if (child := call.view.get(child_id)) is not None
        ]
    context = (
        f"{call.root}/$metadata#identity/conditionalAccess/policies('{record.id}')"
        "/grantControls/authenticationStrength/$entity"
    )
    shown["grantControls"] = {
        **controls,
        "authenticationStrength@odata.context": context,
        "authenticationStrength": strength,
    }


def _method_configurations(call: Call, _record: Any, shown: dict[str, Any]) -> None:
    """The methods policy comes with its configurations.

    https://learn.microsoft.com/graph/api/authenticationmethodspolicy-get
    """
    from .rendering import render

    shown["authenticationMethodConfigurations"] = [
        render(call, found, annotate=True)
        for found in call.view.of_type("authenticationMethodConfiguration")
        if call.version in _versions(found.type)
    ]


def _beta_permission_policies(call: Call, record: Any, shown: dict[str, Any]) -> None:
    """Beta shows the consent policies of users at the top, v1.0 inside their permissions."""
    if "permissionGrantPolicyIdsAssignedToDefaultUserRole" in shown:
        permissions = record.body.get("defaultUserRolePermissions") or {}
        shown["permissionGrantPolicyIdsAssignedToDefaultUserRole"] = (
            permissions.get("permissionGrantPoliciesAssigned") or []
        )


def _versions(type_name: str) -> frozenset[str]:
    from apps.sandbox.schema import TYPES

    return TYPES[type_name].versions


_COMPLETIONS: dict[str, tuple[str, Completion]] = {
    "conditionalAccessPolicy": ("grantControls", _authentication_strength),
    "authenticationMethodsPolicy": ("authenticationMethodConfigurations", _method_configurations),
    "authorizationPolicy": (
        "permissionGrantPolicyIdsAssignedToDefaultUserRole",
        _beta_permission_policies,
    ),
}
