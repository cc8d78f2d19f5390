"""What a kind's objects hold: properties, references among them, and what derived types add."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.entra.catalogue.model.locks import has_value
from apps.entra.catalogue.model.words import Clearing, Version, Writability


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a kind.

    selected: asked for in captures. volatile: changes by itself, left out of the digest.
    unordered: an array whose order says nothing. expanded: an object beside this one, of which
    `$expand` brings these properties along. within: the dotted path of the object that holds it, or
    of the list whose entry with its name for an id it is (kinds with a `key` of their own).
    read_path: where it is read when no list, delta or single GET of the object gives it: one
    request for each object, so captures spread it over time, and a body without it says nothing
    about its value; at_first: the one that a new object has. told_by: words of the directory audit
    log that tell of a change of such a property. despite_locks: written also where a lock of the
    kind holds.
    merged: a PATCH lays its parts over those held, so only changed parts are sent.
    write_without: parts that Graph sets and refuses ("[].origin"). made_later: parts of the value
    that cannot go along when the object is made, and follow as an update. stepwise: the array in
    it ("." for itself) whose entries have to be switched off before they are changed or removed.
    fixed_items: items of an array that cannot be put in or taken out.
    read_permission / write_permission: needed beyond the kind's own.
    native: the name under which Microsoft's own recovery covers it, "" when it does not.
    reason: why it cannot be put back (for whatever is not writable); caveat: when it may fail.
    sensitive: why a change of it is high-risk, "" when it is not. guarded: on an object that holds
    a directory role Graph wants a role of the writing application too; it travels in a request of
    its own, so that a refusal takes nothing else along.
    """

    name: str
    write: Writability = Writability.WRITABLE
    clear: Clearing = Clearing.NULL
    version: Version = "v1.0"
    selected: bool = True
    volatile: bool = False
    unordered: bool = False
    expanded: tuple[str, ...] = ()
    within: str = ""
    read_path: str = ""
    at_first: str | None = None
    told_by: tuple[str, ...] = ()
    despite_locks: bool = False
    merged: bool = False
    write_without: tuple[str, ...] = ()
    made_later: tuple[str, ...] = ()
    stepwise: str = ""
    fixed_items: tuple[str, ...] = ()
    read_permission: str = ""
    write_permission: str = ""
    native: str = ""
    reason: str = ""
    caveat: str = ""
    sensitive: str = ""
    guarded: bool = False

    @property
    def captured(self) -> bool:
        """Whether snapshots hold it, read with the object or apart from it."""
        return self.selected or bool(self.read_path)

    @property
    def recoverable(self) -> bool:
        """Whether Holdfast writes it back to an object that exists."""
        return self.captured and self.write in {Writability.WRITABLE, Writability.OWN_REQUEST}


@dataclass(frozen=True, slots=True)
class Reference:
    """A property that holds the identity of another object.

    path: dotted, `[]` for the items of an array ("conditions.users.includeUsers[]").
    kind: what it points at ("directoryRoleTemplate", "tenant" and others outside the catalogue
    are named too). by: which property of the target it holds. keywords: values that are no ids.
    pattern: True when ids stand inside a text (a device filter) and can only be pointed out.
    prefix: what stands before the identity; a value that begins otherwise names nothing.
    """

    path: str
    kind: str
    by: str = "id"
    keywords: frozenset[str] = frozenset()
    pattern: bool = False
    prefix: str = ""

    def named_in(self, value: str) -> str:
        """The identity that a value of the property holds; empty where it names nothing."""
        if value in self.keywords or not value.startswith(self.prefix):
            return ""
        return value.removeprefix(self.prefix)


@dataclass(frozen=True, slots=True)
class Subtype:
    """A derived type that comes in a kind's collection with its own `@odata.type`.

    properties: what it adds to the kind, read from cast_path; write_permission: documented for it.
    """

    odata_type: str
    cast_path: str = ""
    properties: tuple[Property, ...] = ()
    read_permission: str = ""
    write_permission: str = ""
    restore_permission: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unrestorable:
    """Something that no recovery can bring back, and why.

    anew: what an object that is made anew lacks where every property has this value (an array:
    holds it), () always; None where it says nothing of such an object.
    """

    property: str
    reason: str
    anew: tuple[tuple[str, object], ...] | None = None

    def lacks(self, body: Mapping[str, Any]) -> bool:
        """Whether an object lacks it that is made anew with this body."""
        return self.anew is not None and all(has_value(body, *pair) for pair in self.anew)


@dataclass(frozen=True, slots=True)
class Companion:
    """Something that a creation must carry besides the object's own values."""

    property: str
    reason: str
