"""One type of directory thing, and other ways than the usual of reading and writing it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from apps.core import digests
from apps.entra.catalogue.model.links import Audited, Dependence, Link
from apps.entra.catalogue.model.locks import Held, Lock
from apps.entra.catalogue.model.properties import (
    Companion,
    Property,
    Reference,
    Subtype,
    Unrestorable,
)
from apps.entra.catalogue.model.words import Lane, SoftDelete, Version, Writability


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
class Owners:
    """The objects for each of which Graph lists a kind's objects apart, and gives no list of all.

    list_path: those that have any. property: of the kind's objects, holds the owner's id; its name
    stands in braces in the kind's list_path ("parent" for children). With "id" and no `items` each
    object is asked for by itself, because its list does not tell all of it. when: a property of the
    owners and the value it has where there is anything to ask for.
    """

    list_path: str
    property: str
    version: Version
    when: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Another request than the kind's usual one that makes the object with this id."""

    id: str
    method: Literal["PATCH", "PUT"]
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)


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


@dataclass(frozen=True)
class Kind:
    """One type of directory thing. See docs/add-a-kind.md for each field.

    list_path: the collection (or singleton) as Graph documents it; items: the property of the
    answer that holds the objects ("value", "" for a singleton, or a nested collection).
    item_path: one object, with `{id}` and, for children, `{parent}`; with a $filter it is a list
    that holds the object alone. expansion: what `$expand` asks for where `expanded` of properties
    cannot say it. order: of creation; links and updates come later, deletion reverses.
    looked_up_by: properties that people know an object by, besides its id and its label.
    key: the property that holds the id, where Graph does not call it so; key_prefix: what an id has
    before it, where objects of another kind have that id already; key_with: a second property whose
    value follows it, where one alone tells of several objects. evidence: why Holdfast only looks
    at objects of this kind, and writes none. together: small enough for its list to be asked for
    with others in one $batch. before_delete: values without which Graph deletes none;
    emptied_before_delete: properties with requests of their own that have to be empty first.

    Of making one anew: made_with: the only properties that the creation carries (none: all that it
    can); made_without: those that it must not; found_by: properties that tell an object just made
    from others; not_created: states in which there is no making it anew; not_deleted: those in
    which there is no deleting it; renamed: properties that others know it by and that get another
    value; made_otherwise: the one whose creation is another request. What `held` says of an
    undeleted object goes for one that is made as well.

    `{tenant}` in a path is the tenant's own id, put in when a request is sent. none_is_404: where
    there are no objects, Graph says so instead of giving an empty list.
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
    not_deleted: tuple[Lock, ...] = ()
    create_method: Literal["POST", "PATCH"] = "POST"
    made_otherwise: Otherwise | None = None
    none_is_404: bool = False
    key: str = "id"
    evidence: str = ""
    together: bool = False
    beside: Beside | None = None
    owners: Owners | None = None
    requested: Requested | None = None
    deletable: bool = True
    deletable_types: tuple[str, ...] = ()
    before_delete: Mapping[str, Any] = field(default_factory=dict)
    emptied_before_delete: tuple[str, ...] = ()
    locks: tuple[Lock, ...] = ()
    update_method: Literal["PATCH", "PUT"] = "PATCH"
    key_prefix: str = ""
    key_with: str = ""
    expansion: str = ""
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
        """An object as Graph gives it, with its id and what lies inside it under their names."""
        if self.key == "id" and raw.get("id"):
            return dict(raw)
        inside = _inside_of(raw, self.inside) if self.inside else {}
        key = raw.get(self.key)
        if key and self.key_with:
            key = f"{key}_{raw.get(self.key_with)}"
        return {**raw, **inside, "id": f"{self.key_prefix}{key}" if key else self.name}

    def own_path(self, object_id: str) -> str:
        """The path of one object, but for `{parent}`."""
        own, path = object_id.removeprefix(self.key_prefix), self.item_path
        if self.key_with:
            own, _, more = own.rpartition("_")
            path = path.replace(f"{{{self.key_with}}}", more)
        return path.replace("{id}", own)

    @cached_property
    def inside(self) -> Mapping[str, tuple[str, ...]]:
        """Where in the answer the properties lie that are not beside the id, by name."""
        return {one.name: tuple(one.within.split(".")) for one in self.properties if one.within}

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
        return self.expansion or ",".join(
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


def _inside_of(raw: Mapping[str, Any], wanted: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """What lies under each name at its path; in a list, the first entry with that id."""
    at = {path: _by_name(raw, path) for path in set(wanted.values())}
    return {name: at[path].get(name) for name, path in wanted.items()}


def _by_name(raw: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    held: Any = raw
    for step in path:
        held = (held or {}).get(step)
    if isinstance(held, list):
        return {str(one.get("id")): one for one in reversed(held)}
    return held or {}


def _inside(name: str, part: str) -> str:
    return f"{name}{part}" if part.startswith("[]") else f"{name}.{part}"
