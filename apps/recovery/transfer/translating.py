"""Bodies of the source as they would be in the target: other ids, other domains, names of their own
where one is taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from apps.entra.catalogue import Kind, unknown
from apps.entra.catalogue.across import ON_PREMISES, across
from apps.entra.catalogue.normalising import in_order
from apps.recovery.transfer.domains import DomainMap
from apps.recovery.transfer.pairing import Pairing
from apps.recovery.transfer.reading import Side

Body = Mapping[str, Any]
_NOT_SAID: Final = object()


@dataclass
class Translator:
    """Translates objects in the order that they are given in. renamed: how many have another value
    because theirs was taken, by kind; as_cloud: see Transfer."""

    pairing: Pairing
    domains: DomainMap
    ours: Side
    as_cloud: bool = False
    renamed: dict[str, int] = field(default_factory=dict)
    _holders: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def translated(self, of: Kind, body: Body) -> dict[str, Any]:
        """Ids and domains alone: what the object would be called here."""
        mapped: dict[str, Any] = self.pairing.table.as_now(dict(body))
        for name in across(of).addresses:
            if name in mapped:
                mapped[name] = self.domains.translated(mapped[name])
        if self.as_cloud:
            for name in ON_PREMISES.get(of.name, ()):
                mapped.pop(name, None)
        return in_order(of, mapped)

    def body(self, of: Kind, body: Body, here: Body | None) -> dict[str, Any]:
        """The body that the object is to have. here: the one it has, None where it is not here."""
        object_id = str(here["id"]) if here and "id" in here else str(body.get("id", ""))
        wanted = self._on_its_own(of, object_id, self.translated(of, body))
        return wanted if here is None else laid_on(of, here, wanted, body)

    def _on_its_own(self, of: Kind, object_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """The body with other values where one object alone may have them and another one does."""
        for name in across(of).sole:
            value = body.get(name)
            own = self._own_value(of, name, object_id, value)
            if own != value:
                self.renamed[of.name] = self.renamed.get(of.name, 0) + 1
                body = {**body, name: own}
        return body

    def _own_value(self, of: Kind, name: str, object_id: str, value: Any) -> Any:
        """A text that is free; of a list what is. What is no text nobody else can hold."""
        if isinstance(value, str):
            spellings = _spellings(value)
            return next(one for one in spellings if self._is_free(of, name, object_id, one))
        if isinstance(value, list):
            return [one for one in value if self._is_free(of, name, object_id, str(one))]
        return value

    def _is_free(self, of: Kind, name: str, object_id: str, value: str) -> bool:
        """Whether nobody else holds the value; it is the object's from now on."""
        holders = self._holders_of(of, name)
        return holders.setdefault(value.casefold(), object_id) == object_id

    def _holders_of(self, of: Kind, name: str) -> dict[str, str]:
        key = (of.name, name)
        if key not in self._holders:
            self._holders[key] = dict(self._held(of, name))
        return self._holders[key]

    def _held(self, of: Kind, name: str) -> Iterator[tuple[str, str]]:
        for bodies in self.ours.objects(of):
            for object_id, body in bodies.items():
                value = body.get(name)
                for one in value if isinstance(value, list) else [value]:
                    if one:
                        yield str(one).casefold(), object_id


def laid_on(of: Kind, here: Body, wanted: Body, theirs: Body) -> dict[str, Any]:
    """What is here, with every property as wanted that Holdfast writes; the others are this
    tenant's own, and so is what the source says nothing of."""
    silent = unknown(theirs)
    body = dict(here)
    for name, known in of.by_name.items():
        if not known.recoverable or name in silent:
            continue
        value = wanted.get(name, _NOT_SAID)
        if value is not _NOT_SAID:
            body[name] = value
        elif not known.read_path:
            body.pop(name, None)
    return in_order(of, body)


def _spellings(value: str) -> Iterator[str]:
    """The value, then the same with a number: before the domain where it is an address."""
    yield value
    name, at, domain = value.partition("@")
    for number in count(2):
        yield f"{name}-{number}{at}{domain}"
