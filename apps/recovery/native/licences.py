"""Whether a tenant has the licence that Microsoft's recovery takes: Entra ID P1 or P2.

https://learn.microsoft.com/entra/backup/overview
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.history.selectors import bodies_at, state_at
from apps.tenants.models import Tenant

_KIND = "subscribedSku"
# https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
_PLANS = frozenset({"AAD_PREMIUM", "AAD_PREMIUM_P2"})
# What is "Suspended", "LockedOut" or "Deleted" gives nothing any more.
_IN_FORCE = frozenset({"Enabled", "Warning"})


def is_licensed(tenant: Tenant, seq: int) -> bool | None:
    """By what the tenant had bought at a position of its history; None where no capture knows."""
    keys = [(one.kind, one.object_id) for one in state_at(tenant, seq, kinds=[_KIND])]
    if not keys:
        return None
    return any(_brings_it(body) for body in bodies_at(tenant, keys, seq).values())


def _brings_it(body: Mapping[str, Any]) -> bool:
    plans = {str(one.get("servicePlanName")) for one in body.get("servicePlans") or ()}
    return body.get("capabilityStatus") in _IN_FORCE and bool(plans & _PLANS)
