"""Secrets and certificates of applications and service principals.

https://learn.microsoft.com/graph/api/application-addpassword,
https://learn.microsoft.com/graph/api/application-removepassword
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.rules.refusals import bad_request, invalid_value, required
from apps.sandbox.rules.values import fits
from apps.sandbox.state.clock import graph_time
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, ownership
from apps.sandbox.writes.activities import CREDENTIALS, OBJECTS

GENERATED_ONLY = "New password credentials must be generated using service actions."
UNKNOWN_KEY = "No credentials found to be removed."
LIFETIME = timedelta(days=730)
"""Of a secret for which no end is asked."""
HINT = 3


def add_password(call: Call) -> Answer:
    """POST .../addPassword: 200 with the secret, which is never shown again."""
    record = _owner(call)
    asked = base.body_of(call).get("passwordCredential") or {}
    if not isinstance(asked, Mapping):
        raise required("passwordCredential", "PasswordCredential")
    (secret,) = generated(call, [asked])
    held = record.body.get("passwordCredentials") or []
    after = base.change(call, record, {"passwordCredentials": [*held, secret]})
    record_change(call, record, after)
    context = f"{call.root}/$metadata#microsoft.graph.passwordCredential"
    return base.ok({"@odata.context": context, **secret})


def remove_password(call: Call) -> Answer:
    """POST .../removePassword: 204."""
    record = _owner(call)
    key_id = base.body_of(call).get("keyId")
    held = record.body.get("passwordCredentials") or []
    kept_ones = [entry for entry in held if entry.get("keyId") != key_id]
    if len(kept_ones) == len(held):
        raise bad_request(UNKNOWN_KEY)
    after = base.change(call, record, {"passwordCredentials": kept_ones})
    record_change(call, record, after)
    return base.no_content()


def generated(call: Call, asked: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """New secrets for what was asked: name and dates, nothing else is taken."""
    now = call.world.clock.now()
    found = []
    for entry in asked:
        for name in ("startDateTime", "endDateTime"):
            if entry.get(name) is not None and not fits("DateTimeOffset", entry[name]):
                raise invalid_value(name, "PasswordCredential")
        text = f"{secrets.token_urlsafe(3)[:3]}8Q~{secrets.token_urlsafe(26)[:34]}"
        found.append(
            {
                "customKeyIdentifier": None,
                "displayName": entry.get("displayName"),
                "endDateTime": entry.get("endDateTime") or graph_time(now + LIFETIME),
                "hint": text[:HINT],
                "keyId": base.new_id(),
                "secretText": text,
                "startDateTime": entry.get("startDateTime") or graph_time(now),
            }
        )
    return found


def kept(record: Record, entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The secrets after a PATCH: it may drop and rename, never add."""
    held = {entry["keyId"]: entry for entry in record.body.get("passwordCredentials") or ()}
    found = []
    for entry in entries:
        before = held.get(entry.get("keyId"))
        if before is None:
            raise bad_request(GENERATED_ONLY)
        found.append({**before, "displayName": entry.get("displayName", before["displayName"])})
    return found


def keys(record: Record, entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The certificates after a PATCH: known ones by their id, new ones with their material."""
    held = {entry["keyId"]: entry for entry in record.body.get("keyCredentials") or ()}
    found = []
    for entry in entries:
        before = held.get(entry.get("keyId"))
        if before is not None:
            given = {name: value for name, value in entry.items() if value is not None}
            found.append({**before, **given})
        else:
            found += new_keys([entry])
    return found


def new_keys(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """New certificates with what the service derives from their material."""
    found = []
    for entry in entries:
        key = entry.get("key")
        for name in ("type", "usage"):
            if not entry.get(name):
                raise required(name, "KeyCredential")
        if not key:
            raise required("key", "KeyCredential")
        material = b64decode(key + "=" * (-len(key) % 4))
        thumbprint = b64encode(hashlib.sha1(material, usedforsecurity=False).digest()).decode()
        found.append(
            {
                "customKeyIdentifier": entry.get("customKeyIdentifier") or thumbprint,
                "displayName": entry.get("displayName"),
                "endDateTime": entry.get("endDateTime"),
                "key": key,
                "keyId": entry.get("keyId") or base.new_id(),
                "startDateTime": entry.get("startDateTime"),
                "type": entry["type"],
                "usage": entry["usage"],
            }
        )
    return found


def record_change(call: Call, before: Record, after: Record) -> None:
    """The audit record of changed secrets and certificates: names and ids, no material."""
    modified = audit.Modified("KeyDescription", _described(before), _described(after))
    own = base.family_of(after) == "application"
    activity = CREDENTIALS if own else OBJECTS["servicePrincipal"]["update"]
    audit.record(call, activity, [audit.target(after, [modified])])


def _described(record: Record) -> list[str]:
    lines = [
        f"[KeyIdentifier={key['keyId']},KeyType={key['type']},KeyUsage={key['usage']},"
        f"DisplayName={key.get('displayName') or ''}]"
        for key in record.body.get("keyCredentials") or ()
    ]
    return lines + [
        f"[KeyIdentifier={entry['keyId']},KeyType=Password,KeyUsage=Verify,"
        f"DisplayName={entry.get('displayName') or ''}]"
        for entry in record.body.get("passwordCredentials") or ()
    ]


def _owner(call: Call) -> Record:
    family = "application" if call.segments[0].lower() == "applications" else "servicePrincipal"
    record = base.live(call, family, call.variables["id"])
    ownership.check(call, record)
    return record
