"""An object of a file as the directory keeps it: no annotations, nulls or unknown properties."""

from collections.abc import Mapping
from typing import Any

from apps.sandbox.schema import TYPES, Property
from apps.sandbox.schema.aliases import stored_name
from apps.sandbox.schema.model import EXTENSION

_JSON_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "Boolean": bool,
    "Double": (int, float),
    "Int32": int,
    "Int64": int,
    "Untyped": object,
}


def clean(type_name: str, item: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The body to store, and the names of properties that Graph does not have in this form."""
    entity = TYPES[type_name]
    body: dict[str, Any] = {}
    unknown = []
    for name, value in item.items():
        stored = stored_name(type_name, name)
        declared = entity.properties.get(stored)
        if "@" in name or value is None or name in entity.relations:
            continue
        if EXTENSION.match(stored) or (declared is not None and _fits(declared, value)):
            body[stored] = value
        else:
            unknown.append(name)
    return body, unknown


def related(type_name: str, item: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Expanded relations of an object, as in `"members": [{"id": ...}]`."""
    found = {}
    for name in TYPES[type_name].relations:
        value = item.get(name)
        value = [value] if isinstance(value, dict) else value
        if isinstance(value, list):
            found[name] = [each for each in value if isinstance(each, dict)]
    return found


def _fits(declared: Property, value: object) -> bool:
    """Whether a value has the JSON form of its property."""
    if not declared.collection:
        return _one_fits(declared, value)
    return isinstance(value, list) and all(_one_fits(declared, each) for each in value)


def _one_fits(declared: Property, value: object) -> bool:
    if declared.type.startswith("complex:"):
        return isinstance(value, dict)
    return isinstance(value, _JSON_TYPES.get(declared.type, str))
