"""Directory audit records, in the shape of GET /auditLogs/directoryAudits.

Values of modified properties are JSON-encoded strings and carry the directory's own names
(`DisplayName`, `Included Updated Properties`), as tenants show them.
https://learn.microsoft.com/graph/api/resources/directoryaudit
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.sandbox.graph.context import Call
from apps.sandbox.schema import TYPES
from apps.sandbox.state.clock import graph_time
from apps.sandbox.state.records import Record
from apps.sandbox.writes.activities import CONDITIONAL_ACCESS, Activity

HIDDEN = frozenset({"passwordProfile", "passwordCredentials", "keyCredentials"})
DIRECTORY_NAMES = {
    "userPrincipalName": "UserPrincipalName",
    "mobilePhone": "Mobile",
    "businessPhones": "TelephoneNumber",
    "officeLocation": "PhysicalDeliveryOfficeName",
    "assignedLicenses": "AssignedLicense",
    "identifierUris": "AppIdentifierUri",
    "api": "OAuth2Permissions",
    "web": "AppAddress",
    "spa": "AppAddress",
    "publicClient": "AppAddress",
    "appRoles": "EntitlementEncoding",
    "requiredResourceAccess": "RequiredResourceAccess",
    "onPremisesExtensionAttributes": "ExtensionAttributes",
}
TYPE_LABELS = {
    "user": "User",
    "device": "Device",
    "group": "Group",
    "application": "Application",
    "servicePrincipal": "ServicePrincipal",
    "directoryRole": "Role",
    "unifiedRoleDefinition": "Role",
    "conditionalAccessPolicy": "Policy",
    "namedLocation": "Policy",
}


@dataclass(frozen=True, slots=True)
class Modified:
    """One property with its value before and after, in Graph's own form; None where unset."""

    name: str
    before: Any = None
    after: Any = None


def record(
    call: Call,
    activity: Activity,
    targets: Iterable[dict[str, Any]],
    *,
    result: str = "success",
    reason: str = "",
    details: Mapping[str, str] | None = None,
) -> None:
    """Append one record about what this call did (or, with result `failure`, tried)."""
    call.directory.write_audit(
        {
            "id": f"{_source(activity)}_{uuid.uuid4()}_{uuid.uuid4().hex[:5].upper()}_"
            f"{uuid.uuid4().int % 10**8}",
            "category": activity.category,
            "correlationId": call.headers.get("client-request-id") or str(uuid.uuid4()),
            "result": result,
            "resultReason": reason,
            "activityDisplayName": activity.name,
            "activityDateTime": graph_time(call.world.clock.now()),
            "loggedByService": activity.service,
            "operationType": activity.operation,
            "initiatedBy": _initiator(call),
            "targetResources": list(targets),
            "additionalDetails": [
                {"key": key, "value": value}
                for key, value in {"User-Agent": _agent(call), **(details or {})}.items()
            ],
        }
    )


def target(
    subject: Record, modified: Iterable[Modified] = (), *, type_label: str = ""
) -> dict[str, Any]:
    """The description of an object in a record, with what was changed in it."""
    family = TYPES[subject.type].family
    label = type_label or TYPE_LABELS.get(family, "Other")
    return {
        "id": subject.body.get("id"),
        "displayName": None if label == "User" else subject.body.get("displayName"),
        "type": label,
        "userPrincipalName": subject.body.get("userPrincipalName"),
        "groupType": _group_type(subject) if label == "Group" else None,
        "modifiedProperties": _properties(modified),
    }


def whole(name: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Modified:
    """A policy as one property: services outside the directory log the complete object."""
    return Modified(name, before, after)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Modified]:
    """What differs between two bodies, property by property."""
    names = [*before, *(name for name in after if name not in before)]
    return [
        Modified(name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    ]


def directory_name(name: str) -> str:
    """The directory's own name of a property of Graph."""
    return DIRECTORY_NAMES.get(name) or name[:1].upper() + name[1:]


def _properties(modified: Iterable[Modified]) -> list[dict[str, Any]]:
    entries = list(modified)
    found = [
        {
            "displayName": directory_name(entry.name),
            "oldValue": _encoded(entry.name, entry.before),
            "newValue": _encoded(entry.name, entry.after),
        }
        for entry in entries
    ]
    plain = [entry for entry in entries if "." not in entry.name and entry.name[:1].islower()]
    if plain:
        names = ", ".join(dict.fromkeys(directory_name(entry.name) for entry in plain))
        found.append(
            {
                "displayName": "Included Updated Properties",
                "oldValue": None,
                "newValue": json.dumps(names),
            }
        )
    return found


def _encoded(name: str, value: Any) -> str | None:
    """Plain properties travel as JSON arrays, named links as JSON strings, secrets not at all."""
    if value is None:
        return None
    if name in HIDDEN:
        return json.dumps(["<hidden>"])
    if name[:1].islower() and not isinstance(value, list):
        value = [value]
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _source(activity: Activity) -> str:
    return "CA" if activity.service == CONDITIONAL_ACCESS else "Directory"


def _agent(call: Call) -> str:
    return call.headers.get("user-agent", "")


def _initiator(call: Call) -> dict[str, Any]:
    caller = call.caller
    if caller.user_id is None:
        app = {
            "appId": caller.app_id,
            "displayName": caller.app_name,
            "servicePrincipalId": caller.service_principal_id,
            "servicePrincipalName": None,
        }
        return {"user": None, "app": app}
    user = call.directory.get(caller.user_id)
    body: Mapping[str, Any] = user.body if user else {}
    return {
        "app": None,
        "user": {
            "id": caller.user_id,
            "displayName": body.get("displayName"),
            "userPrincipalName": body.get("userPrincipalName") or caller.user_name,
            "ipAddress": call.headers.get("x-forwarded-for", "127.0.0.1"),
            "userType": body.get("userType", "Member"),
            "homeTenantId": call.directory.tenant_id,
            "homeTenantName": None,
        },
    }


def _group_type(subject: Record) -> str:
    unified = "Unified" in (subject.body.get("groupTypes") or ())
    return "unifiedGroups" if unified else "azureAD"
