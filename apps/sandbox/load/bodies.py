"""An object of a file as the directory keeps it: no annotations, nulls or unknown properties."""

from collections.abc import Mapping
from typing import Any

from apps.sandbox.schema import TYPES
from apps.sandbox.schema.aliases import stored_name
from apps.sandbox.schema.model import EXTENSION


def clean(type_name: str, item: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The body to store, and the names of properties that Graph does not have."""
    entity = TYPES[type_name]
    body: dict[str, Any] = {}
    unknown = []
    for name, value in item.items():
        stored = stored_name(type_name, name)
        if "@" in name or value is None or name in entity.relations:
            continue
        if stored in entity.properties or EXTENSION.match(stored):
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
