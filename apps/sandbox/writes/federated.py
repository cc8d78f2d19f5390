"""Federated identity credentials of applications.

https://learn.microsoft.com/graph/api/resources/federatedidentitycredentials-overview
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.rules import grants
from apps.sandbox.rules.bodies import DIRECTORY, check_body
from apps.sandbox.rules.refusals import bad_request, not_found, same_key
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, ownership, rendering
from apps.sandbox.writes.activities import OBJECTS

FAMILY = "federatedIdentityCredential"
RELATION = "application.federatedIdentityCredentials"


def create(call: Call) -> Answer:
    """POST /applications/{id}/federatedIdentityCredentials."""
    application = _application(call)
    body = base.body_of(call)
    values = check_body(TYPES[FAMILY], body, base.rights(call, creating=True), DIRECTORY)
    return _create(call, application, values)


def _create(call: Call, application: Record, values: dict[str, Any]) -> Answer:
    grants.check_federated(values)
    siblings = _siblings(call, application)
    if len(siblings) >= grants.CREDENTIAL_LIMIT:
        raise bad_request(
            f"Only {grants.CREDENTIAL_LIMIT} federated identity credentials are allowed for one "
            "application."
        )
    _check_unique(values, siblings)
    credential_id = call.directory.add(FAMILY, values)
    call.directory.link(RELATION, application.id, credential_id)
    _record(call, application, None, values)
    record = base.require(call, credential_id)
    return base.created(call, record, rendering.entity(call, record))


def update(call: Call) -> Answer:
    """PATCH .../{id or name}; by name also an upsert where the caller prefers so."""
    application = _application(call)
    body = base.body_of(call)
    credential_id = call.variables["credential"]
    record = _find(call, application, credential_id)
    if record is None:
        key = base.alternate_key(FAMILY, credential_id)
        if key is None or not base.creates_missing(call):
            raise not_found(credential_id)
        values = check_body(TYPES[FAMILY], body, base.rights(call, creating=True), DIRECTORY)
        return _create(call, application, {**values, key[0]: key[1]})
    values = check_body(TYPES[FAMILY], body, base.rights(call, creating=False), DIRECTORY)
    after = {**record.body, **values}
    grants.check_federated(after)
    _check_unique(after, [other for other in _siblings(call, application) if other != record])
    call.directory.change(record.id, values)
    _record(call, application, record.body, after)
    return base.no_content()


def delete(call: Call) -> Answer:
    """DELETE .../{id or name}: for good."""
    application = _application(call)
    credential_id = call.variables["credential"]
    record = _find(call, application, credential_id)
    if record is None:
        raise not_found(credential_id)
    call.directory.unlink(RELATION, application.id, record.id)
    call.directory.purge(record.id)
    _record(call, application, record.body, None)
    return base.no_content()


def _application(call: Call) -> Record:
    application = base.live(call, "application", call.variables["id"])
    ownership.check(call, application)
    return application


def _siblings(call: Call, application: Record) -> list[Record]:
    ids = call.directory.targets(RELATION, application.id)
    return [record for one in ids if (record := call.directory.get(one)) is not None]


def _find(call: Call, application: Record, credential_id: str) -> Record | None:
    key = base.alternate_key(FAMILY, credential_id)
    name = key[1] if key else credential_id
    for record in _siblings(call, application):
        if credential_id == record.id or record.body["name"] == name:
            return record
    return None


def _check_unique(values: Mapping[str, Any], siblings: list[Record]) -> None:
    for other in siblings:
        if other.body["name"] == values["name"]:
            name = values["name"]
            raise same_key(f"FederatedIdentityCredential with name {name} already exists.", "name")
        if values.get("subject") and all(
            other.body.get(part) == values[part] for part in ("issuer", "subject")
        ):
            raise same_key(
                "FederatedIdentityCredential with the same issuer and subject already exists.",
                "subject",
            )


def _record(
    call: Call,
    application: Record,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    modified = audit.Modified(
        "federatedIdentityCredentials", [before] if before else None, [after] if after else None
    )
    audit.record(call, OBJECTS["application"]["update"], [audit.target(application, [modified])])
