"""Relations between objects, and what an object lives and is told of with."""

from dataclasses import dataclass
from typing import Literal

from apps.entra.catalogue.model.locks import Lock
from apps.entra.catalogue.model.words import Version


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
class Dependence:
    """What an object of a kind lives as long as: it goes into the bin with it and comes back.

    property: holds the owner's id ("@parent" for a child's parent). owner: the owner's kind.
    list_path: the owner's dependents, with `{id}`; empty where Graph lists none by this owner.
    """

    property: str
    owner: str
    list_path: str = ""


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
