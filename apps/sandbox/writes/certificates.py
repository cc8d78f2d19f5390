"""Writes of the certificate authorities of sign-in: made and deleted together, never changed.

https://learn.microsoft.com/graph/api/certificatebasedauthconfiguration-post-certificatebasedauthconfiguration
https://learn.microsoft.com/graph/api/certificatebasedauthconfiguration-delete
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call, GraphError
from apps.sandbox.graph.reads.branding import check_organization
from apps.sandbox.graph.reads.certificates import ONLY, TYPE
from apps.sandbox.rules.bodies import DIRECTORY, check_body
from apps.sandbox.rules.refusals import CONFLICTING_OBJECT, bad_request, invalid_value, required
from apps.sandbox.schema import TYPES
from apps.sandbox.writes import audit, base, rendering
from apps.sandbox.writes.activities import Activity

_SET = Activity("Set Company Information", "DirectoryManagement", "Update")
_NAMED = "certificateAuthorities"
_WORKED_OUT = ("issuer", "issuerSki")


def create(call: Call) -> Answer:
    """POST /organization/{id}/certificateBasedAuthConfiguration: 201; a second one is refused (in
    the directory's general words: its own are not documented)."""
    check_organization(call)
    given = check_body(TYPES[TYPE], base.body_of(call), base.rights(call, creating=True), DIRECTORY)
    if not given.get(_NAMED):
        raise required(_NAMED, TYPE)
    if call.directory.get(ONLY) is not None:
        raise GraphError(409, "Request_MultipleObjectsWithSameKeyValue", CONFLICTING_OBJECT)
    held = {_NAMED: [authority(one) for one in given[_NAMED]]}
    call.directory.add(TYPE, held, object_id=ONLY)
    record = base.require(call, ONLY)
    audit.record(call, _SET, [audit.target(record, audit.changes({}, held))])
    return base.created(call, record, rendering.entity(call, record))


def delete(call: Call) -> Answer:
    """DELETE /organization/{id}/certificateBasedAuthConfiguration/{id}: 204."""
    check_organization(call)
    record = base.live(call, TYPE, call.variables["id"])
    audit.record(call, _SET, [audit.target(record)])
    call.directory.purge(record.id)
    return base.no_content()


def authority(given: Mapping[str, Any]) -> dict[str, Any]:
    """One authority as it is kept, with what the service works out of its certificate: here a name
    and a key identifier that follow from its bytes, which need be no real certificate.

    Raises GraphError for one without its two required parts, or with what is worked out.
    """
    for name in ("certificate", "isRootAuthority"):
        if given.get(name) is None:
            raise required(f"{_NAMED}/{name}", TYPE)
    for name in _WORKED_OUT:
        if given.get(name) is not None:
            raise bad_request(f"Property '{name}' is read-only and cannot be set.")
    try:
        held = base64.b64decode(str(given["certificate"]), validate=True)
    except binascii.Error:
        raise invalid_value("certificate", TYPE) from None
    key = hashlib.sha1(held, usedforsecurity=False).hexdigest().upper()
    return {**given, "issuer": f"CN=Authority {key[:8]}", "issuerSki": key}
