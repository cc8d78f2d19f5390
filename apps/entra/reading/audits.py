"""The directory audit log: who did what.

https://learn.microsoft.com/graph/api/directoryaudit-list
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from apps.entra.client import GraphClient
from apps.entra.reading.observed import AuditEvent

_PATH = "/auditLogs/directoryAudits"


def read_audit(client: GraphClient, *, since: datetime) -> Iterator[AuditEvent]:
    """The entries from that moment on, oldest first. since: with a time zone."""
    moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    params: dict[str, str | int] = {
        "$filter": f"activityDateTime ge {moment}",
        "$orderby": "activityDateTime",
        "$top": 999,
    }
    for page in client.pages(_PATH, params):
        for raw in page.get("value") or ():
            yield _event(raw)


def _event(raw: Mapping[str, Any]) -> AuditEvent:
    initiator = raw.get("initiatedBy") or {}
    user, app = initiator.get("user") or {}, initiator.get("app") or {}
    kind = "user" if user.get("id") else "app" if app else ""
    return AuditEvent(
        event_id=str(raw["id"]),
        at=datetime.fromisoformat(str(raw["activityDateTime"])),
        activity=str(raw.get("activityDisplayName") or ""),
        category=str(raw.get("category") or ""),
        operation=str(raw.get("operationType") or ""),
        succeeded=raw.get("result") == "success",
        actor_kind=kind,
        actor_id=str(user.get("id") or app.get("servicePrincipalId") or app.get("appId") or ""),
        actor_name=str(user.get("userPrincipalName") or app.get("displayName") or ""),
        target_ids=tuple(
            str(target["id"]) for target in raw.get("targetResources") or () if target.get("id")
        ),
        body=dict(raw),
    )
