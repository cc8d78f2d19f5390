"""Finds the one object that a path means: by id, by userPrincipalName, by alternate key."""

import re

from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record

from .context import Call
from .errors import bad_request, missing

_KEY = re.compile(r"\((?P<name>\w+)='(?P<value>(?:[^']|'')*)'\)\Z")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)


def resolve(call: Call, type_name: str, variable: str = "id") -> Record:
    """The live object of that type which the path's variable names, as the replica sees it.

    Raises GraphError 404 if there is none, 400 for an alternate key the type does not have.
    """
    given = call.variables[variable]
    record = find(call, type_name, given)
    if record is None:
        raise missing(type_name, shown_key(given))
    return record


def find(call: Call, type_name: str, given: str) -> Record | None:
    """The same, None if there is none."""
    key = _KEY.match(given)
    if key is not None:
        return _by_key(call, type_name, key["name"], key["value"].replace("''", "'"))
    record = call.view.get(given) or call.view.get(given.lower())
    if record is not None:
        return record if TYPES[record.type].is_a(type_name) else None
    if type_name == "user" and not _GUID.match(given):
        return _first(call, "user", "userPrincipalName", given)
    if not TYPES[type_name].is_directory_object:
        return _first(call, type_name, "id", given)
    return None


def shown_key(given: str) -> str:
    """A key as error texts show it."""
    key = _KEY.match(given)
    return key["value"] if key else given


def _by_key(call: Call, type_name: str, name: str, value: str) -> Record | None:
    entity = TYPES[type_name]
    if name == "id":
        return find(call, type_name, value)
    if name not in entity.alternate_keys:
        raise bad_request(
            f"The key property '{name}' is not an alternate key of type "
            f"'microsoft.graph.{entity.metadata_name}'."
        )
    return _first(call, type_name, name, value)


def _first(call: Call, type_name: str, name: str, value: str) -> Record | None:
    return next(iter(call.view.find_all(type_name, name, value)), None)
