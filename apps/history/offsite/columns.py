"""How a column's values are written in a line of JSON, and read again.

The codec is chosen by the model's field, never by the value, so that every value comes back as it
was: see "Values" in docs/bundle-format.md.
"""

from base64 import b64decode
from binascii import b2a_base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import orjson
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

Convert = Callable[[Any], Any]
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. name: in the database. codec: how its values are written, a word of the format.

    write: from what psycopg gives to what orjson takes; read: back to what COPY takes.
    """

    name: str
    codec: str
    write: Convert
    read: Convert


class UnknownColumn(Exception):
    """A field of a sort that no codec is declared for: a mistake of ours, found by a test."""


def columns_of(model: type[models.Model]) -> tuple[Column, ...]:
    """The model's own columns, in the order of their declaration. Raises UnknownColumn."""
    return tuple(_column(field) for field in model._meta.local_concrete_fields)


def _column(field: Any) -> Column:
    codec = _codec(field)
    write, read = _CODECS[codec]
    return Column(str(field.column), codec, _maybe(write), _maybe(read))


def _codec(field: Any) -> str:
    if isinstance(field, models.ForeignKey):
        by_name = _BY_NAME.get(field.remote_field.model)
        return by_name or _codec(field.target_field)
    if isinstance(field, ArrayField):
        return f"array of {_codec(field.base_field)}"
    for kind, codec in _BY_FIELD:
        if isinstance(field, kind):
            return codec
    raise UnknownColumn(f"{field.model._meta.label}.{field.name}")


def _maybe(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)


def _same(value: Any) -> Any:
    return value


def _write_bytes(value: Any) -> str:
    return b2a_base64(value, newline=False).decode()


def _write_json(value: Any) -> str:
    """The text as PostgreSQL gives it: nothing of a number is lost on the way."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _write_duration(value: timedelta) -> int:
    return value // _MICROSECOND


def _read_duration(value: int) -> timedelta:
    return timedelta(microseconds=value)


class Names:
    """What this database calls permissions and tables by number, in both directions.

    Read once: while rows are copied in, the connection can answer nothing else.
    """

    def __init__(self) -> None:
        kinds = {kind.pk: [kind.app_label, kind.model] for kind in ContentType.objects.all()}
        permissions = {
            row.pk: [*kinds[row.content_type_id], row.codename] for row in Permission.objects.all()
        }
        self.by_number = {"content type": kinds, "permission": permissions}
        self.by_name = {
            codec: {tuple(names): number for number, names in found.items()}
            for codec, found in self.by_number.items()
        }


def names() -> Names:
    """Those of the database that is connected to."""
    return _names(str(connection.settings_dict["NAME"]))


@lru_cache(maxsize=4)
def _names(_: str) -> Names:
    return Names()


def _write_name(codec: str) -> Convert:
    return lambda number: names().by_number[codec][number]


def _read_name(codec: str) -> Convert:
    return lambda found: names().by_name[codec][tuple(found)]


# orjson writes UUIDs and times (UTC, microseconds) by itself; PostgreSQL reads both from text.
_CODECS: dict[str, tuple[Convert, Convert]] = {
    "text": (_same, _same),
    "number": (_same, _same),
    "truth": (_same, _same),
    "uuid": (_same, _same),
    "time": (_same, _same),
    "json": (_write_json, _same),
    "bytes": (_write_bytes, b64decode),
    "duration": (_write_duration, _read_duration),
    "array of text": (_same, _same),
    "array of uuid": (_same, _same),
    "array of number": (_same, _same),
    "permission": (_write_name("permission"), _read_name("permission")),
    "content type": (_write_name("content type"), _read_name("content type")),
}
_BY_NAME: dict[Any, str] = {Permission: "permission", ContentType: "content type"}
_BY_FIELD: tuple[tuple[type[Any], str], ...] = (
    (models.UUIDField, "uuid"),
    (models.DateTimeField, "time"),
    (models.BinaryField, "bytes"),
    (models.DurationField, "duration"),
    (models.JSONField, "json"),
    (models.BooleanField, "truth"),
    (models.IntegerField, "number"),
    (models.FloatField, "number"),
    (models.CharField, "text"),
    (models.TextField, "text"),
    (models.GenericIPAddressField, "text"),
)
