"""The value that a PATCH has to carry for a property."""

from collections.abc import Mapping
from typing import Any

from apps.entra.catalogue.model import Clearing, Kind, Property
from apps.entra.catalogue.normalising import TYPE, without

_NAVIGATION = "authenticationStrength"


def patch_value(known: Property, current: Any, wanted: Any) -> Any:
    """What to send so that `current` becomes `wanted`; absent (None) becomes null or [].

    Parts that Graph sets itself are left out; parts that are there and are not wanted are sent as
    null, since Graph leaves alone what a PATCH does not name.
    """
    if wanted in (None, []):
        return [] if known.clear is Clearing.EMPTY else _emptied(known, current)
    value = wanted
    for path in known.write_without:
        value = without(value, path.split("."))
    if not isinstance(value, Mapping):
        return value
    held = current if isinstance(current, Mapping) else {}
    if known.merged:
        value = {name: item for name, item in value.items() if held.get(name) != item}
        return value | dict.fromkeys(_gone(held, wanted))
    for path in known.write_without:
        held = without(held, path.split("."))
    return _with_nulls(_references_only(value), held)


def with_type(kind: Kind, values: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """What a request carries, with the object's type where Graph cannot tell it otherwise."""
    if kind.polymorphic and TYPE in body:
        return {TYPE: body[TYPE], **values}
    return dict(values)


def _emptied(known: Property, current: Any) -> Any:
    if known.merged and isinstance(current, Mapping):
        return dict.fromkeys(_gone(current, {}))
    return None


def _gone(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    return [name for name, item in current.items() if item is not None and name not in wanted]


def _with_nulls(wanted: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    value: dict[str, Any] = dict(wanted)
    if wanted.get(TYPE) != current.get(TYPE):
        # A value of another type has no such parts, not even empty ones.
        return value
    for name, held in current.items():
        if name not in wanted:
            value[name] = None
        elif (
            name != _NAVIGATION and isinstance(held, Mapping) and isinstance(wanted[name], Mapping)
        ):
            value[name] = _with_nulls(wanted[name], held)
    return value


def _references_only(value: Mapping[str, Any]) -> dict[str, Any]:
    """A policy names its authentication strength by id; the whole of it is refused (1007)."""
    strength = value.get(_NAVIGATION)
    if not isinstance(strength, Mapping):
        return dict(value)
    return {**value, _NAVIGATION: {"id": strength["id"]}}
