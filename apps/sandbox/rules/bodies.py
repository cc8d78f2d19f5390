"""Checks a request body against the type tables: names, types, enumerations, write rights.

Every service refuses in its own words, so the check takes a manner: the directory service, the
policy services (which speak OData), and Conditional Access, which answers 1007 to everything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from apps.sandbox.graph.context import GraphError
from apps.sandbox.rules import conditional_access, named_locations, refusals
from apps.sandbox.rules.values import fits
from apps.sandbox.schema import COMPLEX, ENUMS, EntityType, Property
from apps.sandbox.schema.aliases import stored_name

COMBINED = frozenset({"authenticationMethodModes"})
"""Enumerations whose members travel joined by commas within a collection."""
OPEN_COMPLEX = frozenset({"customSecurityAttributeValue"})
"""Nested types whose properties each tenant defines."""
UNSENDABLE = frozenset({"unknownFutureValue"})
"""Stands in for members that the reader does not know; never accepted in a request."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How one service words its refusals: of a property and the type that lacks it, of a property
    and the resource whose value does not fit, of a property."""

    unknown: Callable[[str, str], GraphError]
    invalid: Callable[[str, str], GraphError]
    read_only: Callable[[str], GraphError]


DIRECTORY = Manner(
    unknown=lambda name, _type: refusals.unknown_property(name),
    invalid=refusals.invalid_value,
    read_only=refusals.read_only,
)
POLICY = Manner(
    unknown=refusals.undeclared_property,
    invalid=lambda name, _resource: refusals.policy_refusal(
        f"Invalid value specified for property '{name}'."
    ),
    read_only=lambda name: refusals.policy_refusal(
        f"Property '{name}' is read-only and cannot be set."
    ),
)
CONDITIONAL_ACCESS = Manner(
    unknown=lambda _name, _type: conditional_access.schema_mismatch(),
    invalid=lambda _name, _resource: conditional_access.schema_mismatch(),
    read_only=lambda name: refusals.numbered(
        1001, f"'{name}' is a readonly field and cannot be updated."
    ),
)
NAMED_LOCATION = Manner(
    unknown=lambda _name, _type: named_locations.schema_mismatch(),
    invalid=lambda _name, _resource: named_locations.schema_mismatch(),
    read_only=CONDITIONAL_ACCESS.read_only,
)


@dataclass(frozen=True, slots=True)
class Rights:
    """What of a type this request may write."""

    version: str
    creating: bool
    delegated: bool
    allowed: Collection[str] = ()
    """Names written although the table marks them read-only (their own rules apply)."""


def check_body(entity: EntityType, body: object, rights: Rights, manner: Manner) -> dict[str, Any]:
    """The declared properties of a body under their stored names, without annotations.

    Raises GraphError in the service's words for the first property that is unknown in this
    version, read-only, only for creation, only for signed-in users, or of the wrong type.
    """
    check = _Check(rights.version, refusals.resource_name(entity), manner)
    if not isinstance(body, Mapping):
        raise check.invalid("body")
    accepted: dict[str, Any] = {}
    for name, value in body.items():
        if "@" in name:
            continue
        declared = entity.property(name, rights.version)
        if declared is None:
            raise manner.unknown(name, entity.metadata_name)
        _check_right(declared, rights, manner)
        accepted[stored_name(entity.family, name)] = check.value(declared, value, name)
    return accepted


def _check_right(declared: Property, rights: Rights, manner: Manner) -> None:
    if declared.name in rights.allowed:
        return
    if declared.read_only or (declared.create_only and not rights.creating):
        raise manner.read_only(declared.name)
    if declared.delegated_only and (rights.creating or not rights.delegated):
        raise refusals.denied()


@dataclass(frozen=True, slots=True)
class _Check:
    """Checks values of one resource; each gives the value as it is stored."""

    version: str
    resource: str
    manner: Manner

    def invalid(self, path: str) -> GraphError:
        return self.manner.invalid(path, self.resource)

    def value(self, declared: Property, value: Any, path: str) -> Any:
        if declared.collection:
            if not isinstance(value, list) or None in value:
                raise self.invalid(path)
            return [self._single(declared.type, item, path) for item in value]
        return None if value is None else self._single(declared.type, value, path)

    def _single(self, type_name: str, value: Any, path: str) -> Any:
        kind, _, name = type_name.rpartition(":")
        if kind == "complex":
            return self._complex(name, value, path)
        if kind == "enum":
            self._check_enum(name, value, path)
        elif not fits(name, value):
            raise self.invalid(path)
        return value

    def _check_enum(self, name: str, value: object, path: str) -> None:
        declared = ENUMS[name]
        if not isinstance(value, str):
            raise self.invalid(path)
        several = declared.flags or name in COMBINED
        given = {member.strip() for member in value.split(",")} if several else {value}
        if not given <= set(declared.members) - UNSENDABLE:
            raise self.invalid(path)

    def _complex(self, name: str, value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise self.invalid(path)
        declared = COMPLEX.get(_concrete(name, value))
        if declared is None:
            raise self.invalid(path)
        kept: dict[str, Any] = {}
        for key, inner in value.items():
            if "@" in key:
                if key == "@odata.type" and declared.name != name:
                    kept[key] = f"#microsoft.graph.{declared.name}"
                continue
            nested = declared.property(key, self.version)
            if nested is None:
                if declared.properties or name not in OPEN_COMPLEX:
                    raise self.manner.unknown(key, declared.name)
                kept[key] = inner
                continue
            kept[stored_name(declared.name, key)] = self.value(nested, inner, f"{path}.{key}")
        return kept


def _concrete(name: str, value: Mapping[str, Any]) -> str:
    """The nested type that a value names, if it is the declared one or derives from it."""
    given = str(value.get("@odata.type", "")).lstrip("#").removeprefix("microsoft.graph.")
    if not given:
        return name
    step = given
    while step and step != name:
        base = COMPLEX.get(step)
        step = base.base if base else ""
    return given if step == name else ""
