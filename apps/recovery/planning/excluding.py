"""What cannot be in force together with Conditional Access.

Graph refuses to switch security defaults on while any policy is enabled
(https://learn.microsoft.com/entra/fundamentals/security-defaults). So that step comes last of all:
after the updates that switch policies off, and after the removals of those that were made since.
"""

from __future__ import annotations

from collections.abc import Mapping

from apps.entra.catalogue import kind
from apps.recovery.choices import Action
from apps.recovery.planning.drafts import Draft, Key

_DEFAULTS = kind("identitySecurityDefaultsEnforcementPolicy")
_POLICY = kind("conditionalAccessPolicy")
_OUT = frozenset({Action.SOFT_DELETE, Action.REMOVE})


def put_after_policies(drafts: Mapping[Key, Draft]) -> None:
    """Let security defaults wait until the plan has taken policies out of force. Looks at all
    drafts only where they are switched on."""
    switched_on = [draft for draft in _of_defaults(drafts) if _switches_on(draft)]
    if not switched_on:
        return
    policies = {key for key, draft in drafts.items() if _decides_force(draft)}
    for draft in switched_on:
        draft.needs |= policies
        draft.at_the_end = bool(policies)


def _of_defaults(drafts: Mapping[Key, Draft]) -> list[Draft]:
    return [
        draft
        for draft in drafts.values()
        if draft.kind == _DEFAULTS.name and draft.action == Action.UPDATE
    ]


def _switches_on(draft: Draft) -> bool:
    content = draft.content or {}
    return content.get("request", {}).get("body", {}).get("isEnabled") is True


def _decides_force(draft: Draft) -> bool:
    held = _POLICY.held
    decides = held is not None and held.property in draft.attributes
    return draft.kind == _POLICY.name and draft.writes and (decides or draft.action in _OUT)
