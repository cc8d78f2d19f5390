"""Property indexes, built at the first question and kept up from then on."""

from collections.abc import Iterable
from typing import Any

from .records import Record


def index_key(value: Any) -> Any:
    """Directory strings compare without regard to case."""
    return value.casefold() if isinstance(value, str) else value


class Index:
    """One property of one family: value -> ids. Most values have one id, stored bare."""

    def __init__(self, name: str, records: Iterable[Record]) -> None:
        self._name = name
        self._ids: dict[Any, str | dict[str, None]] = {}
        for record in records:
            self.insert(record)

    def insert(self, record: Record) -> None:
        """Enter a record's values; a collection enters each member."""
        for key in self._keys(record):
            held = self._ids.get(key)
            if held is None:
                self._ids[key] = record.id
            elif isinstance(held, dict):
                held[record.id] = None
            elif held != record.id:
                self._ids[key] = {held: None, record.id: None}

    def remove(self, record: Record) -> None:
        """Take a record's values out again."""
        for key in self._keys(record):
            held = self._ids.get(key)
            if isinstance(held, dict):
                held.pop(record.id, None)
            elif held == record.id:
                del self._ids[key]

    def ids(self, value: Any) -> tuple[str, ...]:
        """Ids of the records with this value, in the order of their entry."""
        held = self._ids.get(index_key(value), ())
        return (held,) if isinstance(held, str) else tuple(held)

    def _keys(self, record: Record) -> tuple[Any, ...]:
        value = record.body.get(self._name)
        if value is None or isinstance(value, dict):
            return ()
        if isinstance(value, list):
            return tuple(index_key(item) for item in value if isinstance(item, str))
        return (index_key(value),)
