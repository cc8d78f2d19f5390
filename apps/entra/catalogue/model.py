"""The shape of a catalogue entry: what a kind, its properties, links and references are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, Literal

from apps.core import digests

Version = Literal["v1.0", "beta"]


class Writability(StrEnum):
    """Who can write a property, and how."""

    WRITABLE = "writable"  # by an application, in one PATCH with the others
    OWN_REQUEST = "own-request"  # by an application, but in a request of its own
    CREATE_ONLY = "create-only"
    READ_ONLY = "read-only"
    DELEGATED_ONLY = "delegated-only"  # only with a signed-in user
    WRITE_ONLY = "write-only"  # never read back
    WITHHELD = "withheld"  # Graph would let an application write it; Holdfast does not


class Clearing(StrEnum):
    """What has to be sent to empty a property."""

    NULL = "null"
    EMPTY = "[]"
    NEVER = "not-clearable"


class Lane(StrEnum):
    """Requests that share one pace."""

    DIRECTORY = "directory"
    CONDITIONAL_ACCESS = "conditional-access"
    AUDIT = "audit"
    POLICY = "policy"
    # These two draw on the directory's allowance and go on beside what else it has to do.
    APPLICATIONS = "applications"
    GOVERNANCE = "governance"


class SoftDelete(StrEnum):
    """Where a deleted object waits for 30 days, if anywhere."""

    DIRECTORY = "directory"  # /directory/deletedItems
    POLICY = "policy"  # /identity/conditionalAccess/deletedItems
    ROLES = "roles"  # /roleManagement/directory/deletedItems
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a kind.

    selected: asked for in captures. volatile: changes by itself, left out of the digest.
    unordered: an array whose order says nothing. expanded: an object beside this one, of which
    `$expand` brings these properties along. read_path: where it is read when no list, delta
    or single GET of the object gives it: one request for each object, so captures spread it over
    time, and a body without it says nothing about its value. told_by: words of the directory audit
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
    read_path: str = ""
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
class Dependence:
    """What an object of a kind lives as long as: it goes into the bin with it and comes back.

    property: holds the owner's id ("@parent" for a child's parent). owner: the owner's kind.
    list_path: the owner's dependents, with `{id}`; empty where Graph lists none by this owner.
    """

    property: str
    owner: str
    list_path: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """How an undeleted object is kept from taking effect until it is as wanted.

    It comes out of the bin as it went there; where `property` then has one of the values
    `in_force`, it is set to `value` at once. trial: the value with which it only reports what it
    would do.
    """

    property: str
    in_force: tuple[str, ...]
    value: str
    trial: str = ""


@dataclass(frozen=True, slots=True)
class Audited:
    """How the directory audit log tells of an object whose own id it does not name.

    activities: words of activityDisplayName, in lower case, one of which it holds. ends: the
    properties whose ids are all among the entry's targets. facts: names of modifiedProperties and
    the object's property that their value has to be equal to, or to name.
    """

    activities: tuple[str, ...]
    ends: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


# Stands in a lock for whatever value a property has.
ANYTHING: Final = object()


@dataclass(frozen=True, slots=True)
class Lock:
    """A state of an object in which nobody can write to it, or to one of its links.

    when: every property has this value (an array: holds it; ANYTHING: has one at all). unless:
    lifts the lock when one does. begins: every property's text begins with this one.
    """

    reason: str
    when: tuple[tuple[str, object], ...] = ()
    unless: tuple[tuple[str, object], ...] = ()
    begins: tuple[tuple[str, str], ...] = ()

    def holds(self, body: Mapping[str, Any]) -> bool:
        """Whether an object with this body is locked."""
        return (
            all(_has(body, *pair) for pair in self.when)
            and all(str(body.get(name, "")).startswith(text) for name, text in self.begins)
            and not any(_has(body, *pair) for pair in self.unless)
        )


def _has(body: Mapping[str, Any], name: str, value: object) -> bool:
    held = body.get(name)
    if value is ANYTHING:
        return held is not None
    return value in held if isinstance(held, list) else held == value


@dataclass(frozen=True, slots=True)
class Link:
    """A relation between objects that is read and written on its own.

    read_path and write_path have `{id}` for the source; remove_path `{target}` too.
    single: at most one target (manager). on_delta: "inline" when delta answers carry it,
    "relist" when each capture lists it anew, "changed" when only changed sources are asked.
    native: whether Microsoft's recovery covers it. add_many: targets that one PATCH may add.
    version: of the writes, and of the reads unless read_version says otherwise. keeps: the kind of
    target of which Graph does not let the last one go; caveat says so. address: of the source,
    where a link is written from its target's side (`{target}` in write_path). expandable: whether
    the list of sources brings it along; it is asked for source by source else.
    add_permission: what adding asks for besides write_permission.
    """

    name: str
    source_kind: str
    target_kinds: tuple[str, ...]
    property: str
    read_path: str
    write_path: str
    add_method: Literal["POST", "PUT"]
    remove_path: str
    read_permission: str
    write_permission: str
    add_permission: str = ""
    single: bool = False
    on_delta: Literal["inline", "relist", "changed"] = "relist"
    add_many: int = 1
    bind_path: str = ""
    address: str = ""
    expandable: bool = True
    limit: int | None = None
    locks: tuple[Lock, ...] = ()
    native: bool = False
    sensitive: str = ""
    caveat: str = ""
    keeps: str = ""
    version: Version = "v1.0"
    read_version: Version | None = None


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
class Beside:
    """A second list that tells more of a kind's objects; each capture asks for it once.

    by: the property there that holds the object's id. properties: what it tells, by the names that
    the kind has for them. Where the tenant has no licence for it, or the permission was kept back,
    there is nothing more to tell.
    """

    list_path: str
    by: str
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Requested:
    """How objects are written that Graph lets nobody write: by posting a request about them.

    path: of the requests. create / update / delete: the action each asks for. named_by: the
    properties that say which object is meant. answers_with: the property of the answer that holds
    the id of the object made.
    """

    path: str
    create: str
    update: str
    delete: str
    named_by: tuple[str, ...]
    answers_with: str


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
        return self.anew is not None and all(_has(body, *pair) for pair in self.anew)


@dataclass(frozen=True, slots=True)
class Companion:
    """Something that a creation must carry besides the object's own values."""

    property: str
    reason: str


@dataclass(frozen=True)
class Kind:
    """One type of directory thing. See docs/add-a-kind.md for each field.

    list_path: the collection (or singleton) as Graph documents it; items: the property of the
    answer that holds the objects ("value", "" for a singleton, or a nested collection).
    item_path: one object, with `{id}` and, for children, `{parent}`. write_path: where it is
    updated when that differs. order: of creation; links and updates come later, deletion reverses.
    looked_up_by: properties that people know an object by, besides its id and its label.
    key: the property that holds the id, where Graph does not call it so. evidence: why Holdfast
    only looks at objects of this kind, and writes none. together: small enough for its list to be
    asked for with others in one $batch.

    Of making one anew: made_with: the only properties that the creation carries (none: all that it
    can); made_without: those that it must not; found_by: properties that tell an object just made
    from others; not_created: states in which there is no making it anew; renamed: properties that
    others know it by and that get another value. What `held` says of an undeleted object goes for
    one that is made as well.
    """

    name: str
    graph_type: str
    title: str
    version: Version
    list_path: str
    item_path: str
    properties: tuple[Property, ...]
    read_permission: tuple[str, ...]
    write_permission: tuple[str, ...]
    documentation: str
    order: int
    lane: Lane = Lane.DIRECTORY
    items: str = "value"
    singleton: bool = False
    supports_select: bool = True
    page_size: int | None = 999
    delta_path: str = ""
    parent: str = ""
    parent_property: str = ""
    updatable: bool = True
    identity: tuple[str, ...] = ("id",)
    label_properties: tuple[str, ...] = ("displayName",)
    looked_up_by: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    references: tuple[Reference, ...] = ()
    lives_with: tuple[Dependence, ...] = ()
    audited: Audited | None = None
    held: Held | None = None
    subtypes: tuple[Subtype, ...] = ()
    polymorphic: bool = False
    companions: tuple[Companion, ...] = ()
    soft_delete: SoftDelete = SoftDelete.NONE
    bin_path: str = ""
    undelete_path: str = ""
    create_path: str = ""
    made_with: tuple[str, ...] = ()
    made_without: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ("id",)
    found_by: tuple[str, ...] = ("displayName",)
    not_created: tuple[Lock, ...] = ()
    create_method: Literal["POST", "PATCH"] = "POST"
    key: str = "id"
    evidence: str = ""
    together: bool = False
    beside: Beside | None = None
    requested: Requested | None = None
    deletable: bool = True
    deletable_types: tuple[str, ...] = ()
    before_delete: Mapping[str, Any] = field(default_factory=dict)
    locks: tuple[Lock, ...] = ()
    update_method: Literal["PATCH", "PUT"] = "PATCH"
    restore_permission: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    licence: str = ""
    native: Literal["full", "partly", "none"] = "none"
    native_note: str = ""
    sensitive: str = ""
    unrestorable: tuple[Unrestorable, ...] = ()
    digest_without: tuple[str, ...] = ()
    conditional_permissions: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> Mapping[str, Property]:
        """Properties by name, those of the subtypes included."""
        own = {item.name: item for item in self.properties}
        return own | {item.name: item for sub in self.subtypes for item in sub.properties}

    @property
    def is_id_chosen(self) -> bool:
        """Whether whoever makes an object says which id it has, so that it gets the same again."""
        return self.key != "id" or "id" in self.by_name

    def identified(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """An object as Graph gives it, with its id under that name."""
        if self.key == "id" and raw.get("id"):
            return dict(raw)
        return {**raw, "id": raw.get(self.key) or self.name}

    def as_made(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """What Graph answers to a creation, with the new object's id under that name."""
        key = self.requested.answers_with if self.requested else self.key
        return {**answer, "id": answer.get(key)}

    @cached_property
    def plain(self) -> frozenset[str]:
        """The id, and the properties whose texts, numbers and booleans are kept as Graph gives
        them."""
        return frozenset(item.name for item in self.by_name.values() if not item.unordered) | {"id"}

    @cached_property
    def digest_start(self) -> digests.State:
        """What the digests of the kind's bodies begin with; to be copied."""
        return digests.start(f"object-body:{self.name}")

    @cached_property
    def own_types(self) -> frozenset[str]:
        """The `@odata.type`s of the derived types."""
        return frozenset(sub.odata_type for sub in self.subtypes)

    @cached_property
    def select(self) -> tuple[str, ...]:
        """What a capture asks for, id first; empty where Graph takes no $select.

        Derived types bring properties that the base collection cannot select: where it may hold
        them (named locations, methods) Graph is left to give everything.
        """
        if not self.supports_select:
            return ()
        told = self.beside.properties if self.beside else ()
        plain = (
            item.name
            for item in self.properties
            if item.selected and not item.expanded and item.name not in told
        )
        return tuple(dict.fromkeys((self.key, *plain)))

    @property
    def expand(self) -> str:
        """What `$expand` has to bring along with each object; Graph expands one thing at a time."""
        return ",".join(
            f"{item.name}($select={','.join(item.expanded)})"
            for item in self.properties
            if item.expanded
        )

    def names(self, *ways: Writability) -> tuple[str, ...]:
        """The names of the properties that are written in one of these ways."""
        return tuple(item.name for item in self.by_name.values() if item.write in ways)

    @cached_property
    def parts_left_out(self) -> tuple[tuple[str, ...], ...]:
        """Paths of what Entra sets inside values: as volatile, a digest leaves them out."""
        inside = (
            _inside(item.name, part)
            for item in self.by_name.values()
            for part in item.write_without
        )
        return tuple(tuple(path.split(".")) for path in (*self.digest_without, *inside))

    @cached_property
    def read_apart(self) -> Mapping[str, Property]:
        """Properties that are asked for one object at a time, by name."""
        return {name: item for name, item in self.by_name.items() if item.read_path}

    @cached_property
    def volatile(self) -> frozenset[str]:
        """Properties that change by themselves; a digest leaves them out."""
        return frozenset(item.name for item in self.by_name.values() if item.volatile)


def _inside(name: str, part: str) -> str:
    return f"{name}{part}" if part.startswith("[]") else f"{name}.{part}"
