"""What every write needs: its target, its body, its answer."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call, GraphError
from apps.sandbox.graph.resolve import shown_key
from apps.sandbox.rules.bodies import Rights
from apps.sandbox.rules.refusals import bad_request, not_found
from apps.sandbox.schema import TYPES, EntityType
from apps.sandbox.state.clock import graph_time
from apps.sandbox.state.records import Record
from apps.sandbox.writes import rendering

_KEY = re.compile(r"\((?P<name>\w+)='(?P<value>.*)'\)", re.DOTALL)
EMPTY_BODY = "Empty Payload. JSON content expected."


def now(call: Call) -> str:
    """The present as Graph writes it."""
    return graph_time(call.world.clock.now())


def new_id() -> str:
    """An id for a new object."""
    return str(uuid.uuid4())


def body_of(call: Call) -> Mapping[str, Any]:
    """The JSON object of the request. Raises GraphError for anything else."""
    if not isinstance(call.body, Mapping):
        raise GraphError(400, "BadRequest", EMPTY_BODY)
    return call.body


def typed_body(call: Call) -> Mapping[str, Any]:
    """The body of a creation; a cast in the path names the type that the body leaves out."""
    body = body_of(call)
    cast = call.variables.get("cast")
    return {"@odata.type": f"#{cast}", **body} if cast else body


def rights(call: Call, *, creating: bool, allowed: frozenset[str] = frozenset()) -> Rights:
    """What this call may write of a type."""
    return Rights(call.version, creating, call.caller.is_delegated, allowed)


def family_of(record: Record) -> str:
    """The type that an object is stored and listed with."""
    return TYPES[record.type].family


def live(call: Call, family: str, object_id: str) -> Record:
    """An object of a family by id or alternate key (a user also by its principal name), as it
    really is.

    Raises the 404 of the directory while the caller's replica does not show it.
    """
    record = known(call, family, object_id)
    if record is None or family_of(record) != family or call.view.get(record.id) is None:
        raise not_found(shown_key(object_id))
    return record


def known(call: Call, family: str, object_id: str) -> Record | None:
    """The live object that an id, a principal name or an alternate key stands for, if any."""
    key = alternate_key(family, object_id)
    if key is not None:
        return call.directory.find(family, *key)
    record = call.directory.get(object_id)
    if record is None and family == "user":
        record = call.directory.find("user", "userPrincipalName", object_id)
    return record


def alternate_key(family: str, object_id: str) -> tuple[str, str] | None:
    """(property, value) of a key in brackets such as `(appId='...')`; None for a plain id."""
    match = _KEY.fullmatch(object_id)
    if match is None:
        return None
    if match["name"] not in TYPES[family].alternate_keys:
        raise bad_request(f"Invalid key '{match['name']}' specified for entity of type '{family}'.")
    return match["name"], match["value"].replace("''", "'")


def creates_missing(call: Call) -> bool:
    """Whether a PATCH by alternate key may create the object (`Prefer: create-if-missing`)."""
    return "create-if-missing" in call.headers.get("prefer", "").lower()


def concrete(family: str, body: Mapping[str, Any], version: str) -> EntityType:
    """The type that a body names with `@odata.type`, which must belong to the family."""
    given = str(body.get("@odata.type", "")).removeprefix("#").removeprefix("microsoft.graph.")
    entity = TYPES.get(given or family)
    if entity is None or entity.family != family or version not in entity.versions:
        raise bad_request(f"Invalid type '{given}' specified for entity of type '{family}'.")
    return entity


def verified_domains(call: Call) -> set[str]:
    """Names of the tenant's verified domains, in lower case."""
    return {
        str(domain["id"]).lower()
        for domain in call.directory.domains
        if domain.get("isVerified", True)
    }


def change(call: Call, record: Record, changes: Mapping[str, Any]) -> Record:
    """Set properties (None clears) and give back the object as it is then."""
    call.directory.change(record.id, changes)
    return require(call, record.id)


def created(call: Call, record: Record, body: dict[str, Any]) -> Answer:
    """201 with the object and its address."""
    path = TYPES[record.type].path
    location = f"{call.root}{path}/{record.id}" if path else f"{call.root}{call.path}/{record.id}"
    return Answer(201, body, {"Location": location}, is_write=True)


def no_content() -> Answer:
    """204."""
    return Answer(204, None, is_write=True)


def updated(call: Call, record: Record) -> Answer:
    """204 after a PATCH, or 200 with the object where the caller prefers to see it.

    https://learn.microsoft.com/graph/api/overview ("Prefer: return=representation")
    """
    if "return=representation" not in call.headers.get("prefer", "").lower():
        return no_content()
    answer = ok(rendering.entity(call, require(call, record.id)))
    answer.headers["Preference-Applied"] = "return=representation"
    return answer


def ok(body: dict[str, Any]) -> Answer:
    """200 with a body."""
    return Answer(200, body, is_write=True)


def default_domain(call: Call) -> str:
    """Name of the tenant's default domain."""
    domains = call.directory.domains
    found = next((domain for domain in domains if domain.get("isDefault")), None)
    return str((found or domains[0])["id"])


def require(call: Call, object_id: str) -> Record:
    """A live object that this very call has made."""
    found = call.directory.get(object_id)
    if found is None:
        raise not_found(object_id)
    return found


def security_identifier(object_id: str) -> str:
    """The security identifier that Entra derives from an object id: S-1-12-1 and four numbers."""
    raw = uuid.UUID(object_id).bytes_le
    parts = [int.from_bytes(raw[start : start + 4], "little") for start in (0, 4, 8, 12)]
    return "S-1-12-1-" + "-".join(str(part) for part in parts)
