"""Features that need a licence, and the assignment of licences to users.

https://learn.microsoft.com/graph/api/user-assignlicense
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.rules.refusals import bad_request, not_licensed
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, rendering
from apps.sandbox.writes.activities import LICENCES

P1 = "AAD_PREMIUM"
P2 = "AAD_PREMIUM_P2"
NO_LOCATION = "License assignment cannot be done for user with invalid usage location."


def check_p1(call: Call) -> None:
    """Conditional Access, custom roles, dynamic and role-assignable groups."""
    if not call.directory.licences & {P1, P2}:
        raise not_licensed()


def check_p2(call: Call) -> None:
    """Risk conditions."""
    if P2 not in call.directory.licences:
        raise not_licensed()


def assign(call: Call) -> Answer:
    """POST /users/{id}/assignLicense: adds and removes in one request; 200 with the user."""
    record = base.live(call, "user", call.variables["id"])
    body = base.body_of(call)
    added, removed = asked(body)
    held = {licence["skuId"]: licence for licence in record.body.get("assignedLicenses") or ()}
    if added and not record.body.get("usageLocation"):
        raise bad_request(NO_LOCATION)
    for sku_id in removed:
        if held.pop(sku_id, None) is None:
            raise bad_request(f"User does not have a corresponding license: {sku_id}.")
    for licence in added:
        sku_id = str(licence.get("skuId"))
        _check_seat(call, sku_id, already=sku_id in held)
        held[sku_id] = {"skuId": sku_id, "disabledPlans": licence.get("disabledPlans") or []}
    _apply(call, record, list(held.values()))
    return base.ok(rendering.entity(call, base.require(call, record.id)))


def asked(body: Mapping[str, Any]) -> tuple[list[Any], list[Any]]:
    """Licences to add and ids of those to remove; both must be there, empty or not."""
    return _list(body, "addLicenses"), _list(body, "removeLicenses")


def _list(body: Mapping[str, Any], name: str) -> list[Any]:
    value = body.get(name)
    if not isinstance(value, list):
        raise bad_request(
            "One or more parameters of the operation 'assignLicense' are missing from the request "
            f"payload. The missing parameters are: {name}."
        )
    return value


def check_sku(call: Call, sku_id: str) -> Record:
    """The subscription that a licence is of. Raises 400 for one that the tenant does not have."""
    sku = call.directory.find("subscribedSku", "skuId", sku_id)
    if sku is None:
        raise bad_request(f"License {sku_id} does not correspond to a valid company License.")
    return sku


def _check_seat(call: Call, sku_id: str, *, already: bool) -> None:
    sku = check_sku(call, sku_id)
    enabled = int((sku.body.get("prepaidUnits") or {}).get("enabled", 0))
    if not already and int(sku.body.get("consumedUnits", 0)) >= enabled:
        raise bad_request(f"Subscription with SKU {sku_id} does not have any available licenses.")


def _apply(call: Call, record: Record, licences: list[dict[str, Any]]) -> None:
    before = record.body.get("assignedLicenses") or []
    at = base.now(call)
    after = base.change(
        call,
        record,
        {
            "assignedLicenses": licences,
            "licenseAssignmentStates": [
                {
                    "skuId": licence["skuId"],
                    "disabledPlans": licence["disabledPlans"],
                    "assignedByGroup": None,
                    "state": "Active",
                    "error": "None",
                    "lastUpdatedDateTime": at,
                }
                for licence in licences
            ],
        },
    )
    _count(call, before, -1)
    _count(call, licences, 1)
    change = audit.Modified("assignedLicenses", before, licences)
    audit.record(call, LICENCES, [audit.target(after, [change])])


def _count(call: Call, licences: Iterable[Mapping[str, Any]], step: int) -> None:
    for licence in licences:
        sku = call.directory.find("subscribedSku", "skuId", licence["skuId"])
        if sku is not None:
            used = max(0, int(sku.body.get("consumedUnits", 0)) + step)
            call.directory.change(sku.id, {"consumedUnits": used})
