"""Rules of the registration of devices.

https://learn.microsoft.com/graph/api/resources/deviceregistrationpolicy
"""

from __future__ import annotations

from typing import Any

from apps.sandbox.graph.context import Call
from apps.sandbox.rules.refusals import policy_refusal
from apps.sandbox.state.records import Record

_MOST = 100
_ENUMERATED = "#microsoft.graph.enumeratedDeviceRegistrationMembership"


def registration(call: Call, values: dict[str, Any], _held: Record | None) -> None:
    """A quota that the service knows, and members that the directory has."""
    if not 0 < int(values.get("userDeviceQuota") or 0) <= _MOST:
        raise policy_refusal("Invalid value specified for property 'userDeviceQuota'.")
    join, register = values.get("azureADJoin") or {}, values.get("azureADRegistration") or {}
    registering = (join.get("localAdmins") or {}).get("registeringUsers")
    for one in (join.get("allowedToJoin"), register.get("allowedToRegister"), registering):
        if one is None or one.get("@odata.type") != _ENUMERATED:
            continue
        for member in (*(one.get("users") or ()), *(one.get("groups") or ())):
            if call.directory.get(member) is None:
                raise policy_refusal(f"The member '{member}' does not exist.")
