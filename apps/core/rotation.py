"""Rotating the installation's key: every wrapped key is wrapped again under the current one.

Each app that keeps wrapped keys says where, when it starts. What is wrapped under the current key
is left alone, so a rotation that was cut off goes on where it stopped, and one that runs beside
another or beside the running product harms nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import BinaryField, F, Func, Model, QuerySet, Value

from apps.core import envelope
from apps.core.errors import HoldfastError
from apps.core.scope import no_scope

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class WrappedKeys:
    """Where wrapped keys are: the binary `column` of the model's rows.

    name: what they are, for people. context: what the row's key is bound to. rows: all rows.
    """

    name: str
    column: str
    rows: Callable[[], QuerySet[Any]]
    context: Callable[[Any], bytes]


@dataclass(frozen=True, slots=True)
class Rotated:
    """One key that was looked at. problem: why it is still under its old key, None if it is not."""

    name: str
    problem: HoldfastError | None = None


_places: dict[str, WrappedKeys] = {}


def register(place: WrappedKeys) -> None:
    """Make a place known. Registering a name again replaces it."""
    _places[place.name] = place


def places() -> tuple[WrappedKeys, ...]:
    """Every place that was made known."""
    return tuple(_places.values())


def pending() -> dict[str, int]:
    """How many keys of each name are not under the current installation key. One query a name."""
    with no_scope("the installation's keys are counted"):
        return {place.name: _outdated(place).count() for place in places()}


def rotate() -> Iterator[Rotated]:
    """Wrap every key under the current installation key, each in a statement of its own.

    A key that cannot be opened is told and left as it is. Raises KeyServiceUnavailable when the
    service of the current key fails; what was done until then stays.
    """
    for place in places():
        last: Any = None
        while rows := _some_after(place, last):
            for row in rows:
                yield _rotate_one(place, row)
            last = rows[-1].pk


def _some_after(place: WrappedKeys, last: Any) -> list[Model]:
    with no_scope("the installation's key is rotated"):
        rows = _outdated(place).order_by("pk")
        return list((rows.filter(pk__gt=last) if last is not None else rows)[:_AT_ONCE])


def _rotate_one(place: WrappedKeys, row: Model) -> Rotated:
    wrapped = bytes(getattr(row, place.column))
    try:
        data_key = envelope.unwrap(wrapped, place.context(row))
    except HoldfastError as error:
        return Rotated(place.name, error)
    again = envelope.wrap(data_key, place.context(row))
    with no_scope("the installation's key is rotated"):
        # Only what was read is replaced: somebody else may have given the row a new key.
        place.rows().filter(pk=row.pk, **{place.column: wrapped}).update(**{place.column: again})
    return Rotated(place.name)


def _outdated(place: WrappedKeys) -> QuerySet[Any]:
    prefix = envelope.current_prefix()
    head: Func = Func(
        F(place.column),
        Value(1),
        Value(len(prefix)),
        function="substring",
        output_field=BinaryField(),
    )
    rows: QuerySet[Any] = place.rows().annotate(key_head=head).exclude(key_head=prefix)
    return rows
