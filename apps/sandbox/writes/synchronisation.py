"""Synchronisation of users from a partner's tenant.

https://learn.microsoft.com/graph/api/resources/crosstenantidentitysyncpolicypartner
"""

from __future__ import annotations

from typing import Any

from apps.sandbox.graph.context import Answer, Call, GraphError
from apps.sandbox.graph.reads.partners import PARTNER, TYPE, synchronisation_of
from apps.sandbox.rules.bodies import POLICY, check_body
from apps.sandbox.rules.settings import SYNCHRONISATION
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base
from apps.sandbox.writes.activities import Activity


def create(call: Call) -> Answer:
    """PUT: 204. There may be none yet."""
    partner = base.live(call, PARTNER, call.variables["id"])
    values = _values(call)
    if call.directory.targets(SYNCHRONISATION, partner.id):
        raise GraphError(409, "Conflict", "The partner has a synchronisation policy already.")
    made = call.directory.add(TYPE, {**values, "tenantId": partner.id})
    call.directory.link(SYNCHRONISATION, partner.id, made)
    _record(call, "Add", partner)
    return base.no_content()


def update(call: Call) -> Answer:
    """PATCH: 204."""
    record = _held(call)
    call.directory.change(record.id, _values(call))
    _record(call, "Update", base.live(call, PARTNER, call.variables["id"]))
    return base.no_content()


def delete(call: Call) -> Answer:
    """DELETE: 204. Users that were synchronised stay."""
    record = _held(call)
    call.directory.purge(record.id)
    _record(call, "Delete", base.live(call, PARTNER, call.variables["id"]))
    return base.no_content()


def _held(call: Call) -> Record:
    return synchronisation_of(call, base.live(call, PARTNER, call.variables["id"]))


def _values(call: Call) -> dict[str, Any]:
    rights = base.rights(call, creating=False)
    return check_body(TYPES[TYPE], base.body_of(call), rights, POLICY)


def _record(call: Call, verb: str, partner: Record) -> None:
    name = f"{verb} a partner cross-tenant identity sync setting"
    activity = Activity(name, "CrossTenantIdentitySyncSettings", verb)
    audit.record(call, activity, [audit.target(partner, type_label="Policy")])
