"""What the values of a file are: objects of which kind, links of which, or nothing of ours.

A file's place among folders that name a relation says most, then the type that an item names, then
the @odata.context, then the folder, then the file's own name. A guess by a name alone has to be
borne out by the item's properties.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.entra.catalogue import Kind
from apps.entra.catalogue.normalising import DELETED, PARENT, TYPE
from apps.history.importing import layouts, relations
from apps.history.importing.relations import Relation

CONTEXT, NEXT = "@odata.context", "@odata.nextLink"
# Graph gives at most so many of them beside an object; then nobody knows whether there are more.
# https://learn.microsoft.com/graph/query-parameters#expand
MOST_EXPANDED = 20
_LONGEST_ID = 256

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FoundObject:
    """An object as a file holds it. by: what it was recognised by. parent_id: of a child.

    binned: it was in the recycle bin. own: Holdfast wrote it, so an absent property is empty.
    """

    kind: Kind
    object_id: str
    raw: Raw
    by: str
    parent_id: str = ""
    binned: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class FoundLinks:
    """Targets of one link of one source. whole: these are all."""

    link: str
    source_id: str
    target_ids: tuple[str, ...]
    whole: bool
    by: str


@dataclass(slots=True)
class Context:
    """What is known of a file before its items are looked at."""

    folders: tuple[str, ...]
    stem: str
    relation: Relation | None = None
    problems: Counter[str] = field(default_factory=Counter)


def context_of(path: str) -> Context:
    """What a path says."""
    *folders, name = path.split("/")
    stem = name.rpartition(".")[0] or name
    return Context(tuple(folders), stem, relations.from_path(folders, stem))


def recognise(context: Context, document: Any) -> Iterator[FoundObject | FoundLinks]:
    """What a document holds. What is not understood is counted in context.problems."""
    if any(name.casefold() in layouts.FOREIGN for name in context.folders):
        context.problems["It is of a sort that Holdfast does not keep."] += 1
        return
    items, said, more = _items(document)
    if items is None:
        context.problems["It holds neither an object nor a list of objects."] += 1
        return
    relation = context.relation or relations.from_context(said)
    if relation is not None and relation.link is not None:
        yield from _targets(context, relation, items, whole=not more)
        return
    for item in items:
        yield from _item(context, item, said, relation)


def _items(document: Any) -> tuple[list[Any] | None, str, bool]:
    """The items of a document, its @odata.context, and whether a further page follows."""
    if isinstance(document, list):
        return document, "", False
    if not isinstance(document, dict):
        return None, "", False
    said = document.get(CONTEXT)
    said = said if isinstance(said, str) else ""
    if isinstance(document.get("value"), list):
        return document["value"], said, NEXT in document
    return [document], said, False


def _targets(
    context: Context, relation: Relation, items: list[Any], *, whole: bool
) -> Iterator[FoundLinks]:
    ids = tuple(id_of(item) for item in items)
    if not all(ids) or relation.link is None:
        context.problems["An item has no id, so nobody knows what it links to."] += 1
        return
    # In a folder with a file for each target, one file alone is never all of them.
    one_of_many = (
        context.relation is relation and context.stem.casefold() != relation.name.casefold()
    )
    yield FoundLinks(
        relation.link.name, relation.source_id, ids, whole and not one_of_many, "its place"
    )


def _item(
    context: Context, item: Any, said: str, relation: Relation | None
) -> Iterator[FoundObject | FoundLinks]:
    if not isinstance(item, dict):
        context.problems["An item is no object."] += 1
        return
    found, by = _kind_of(context, item, said, relation)
    if found is None:
        context.problems[by] += 1
        return
    object_id = id_of(item)
    if not object_id:
        context.problems["An object has no id, or none that could be one."] += 1
        return
    parent_id = relations.parent_of(found, item, relation) if found.parent else ""
    if found.parent and not (parent_id or item.get(PARENT)):
        context.problems[f"It does not say which object the {found.title.lower()} belongs to."] += 1
        return
    typed = _with_type(found, item)
    if typed is None:
        context.problems[f"It does not say which sort of {found.title.lower()} it is."] += 1
        return
    binned = bool(item.get(DELETED))
    yield FoundObject(found, object_id, typed, by, parent_id, binned=binned)
    yield from _inside(context, found, object_id, item)


def _kind_of(
    context: Context, item: Raw, said: str, relation: Relation | None
) -> tuple[Kind | None, str]:
    """The kind and what says so; or None and why it is not known."""
    if relation is not None:
        if relation.child is not None:
            return relation.child, "its place"
        title = relation.source.title.lower()
        return None, f"What hangs on a {title} as {relation.name} is not kept by Holdfast."
    named = item.get(TYPE)
    if isinstance(named, str) and named:
        known = layouts.BY_TYPE.get(named.casefold())
        return (known, TYPE) if known else (None, f"Holdfast keeps no {_plain(named)}.")
    own = item.get(CONTEXT)
    for text in (said, own if isinstance(own, str) else ""):
        if text and (known := relations.kind_from_context(text)):
            return known, CONTEXT
        if text.partition("#")[2].startswith("directoryObjects"):
            return None, "It is a list of directory objects, and does not say of what."
    return _kind_by_names(context, item)


def _kind_by_names(context: Context, item: Raw) -> tuple[Kind | None, str]:
    folder = _folder_of(context)
    guesses = (
        (layouts.kind_of_folder(folder) if folder else None, "its folder"),
        (layouts.kind_of_list(context.stem), "its file name"),
    )
    for guess, by in guesses:
        if guess is not None:
            if is_plausible(guess, item):
                return guess, by
            return None, f"By {by} it would be a {guess.title.lower()}, but does not look like one."
    return None, "Neither its place, nor its type, nor its name says what it is."


def _folder_of(context: Context) -> str:
    """The folder that may name the kind: the one it lies in, or the one above <id>/<id>.json."""
    folders = context.folders
    if len(folders) >= 2 and folders[-1].casefold() == context.stem.casefold():
        return folders[-2]
    return folders[-1] if folders else ""


def is_plausible(kind: Kind, item: Mapping[str, Any]) -> bool:
    """Whether at least half of an item's properties are ones that such a kind has."""
    inside = {*(link.property for link in kind.links), *relations.children_in(kind)}
    names = [name for name in item if "@" not in name and not name.startswith("#")]
    others = [name for name in names if name != "id"]
    known = sum(name in kind.by_name or name in inside for name in others)
    return bool(known) and 2 * known >= len(others)


def _with_type(kind: Kind, item: Raw) -> Raw | None:
    """The item with its type; None where a kind mixes types and nothing tells which it is."""
    if not kind.polymorphic or item.get(TYPE):
        return item
    fitting = [
        sub.odata_type for sub in kind.subtypes if any(one.name in item for one in sub.properties)
    ]
    return {**item, TYPE: fitting[0]} if len(fitting) == 1 else None


def _inside(
    context: Context, kind: Kind, object_id: str, item: Raw
) -> Iterator[FoundObject | FoundLinks]:
    """What lies inside an object: links that were expanded, and children."""
    for link in kind.links:
        if link.property in item:
            yield from _expanded(context, link.name, link.property, object_id, item)
    for name, child in relations.children_in(kind).items():
        for one in item.get(name) or ():
            if isinstance(one, dict) and id_of(one):
                parent_id = object_id if child.parent else ""
                yield FoundObject(child, id_of(one), one, f"its place in {name}", parent_id)
            else:
                context.problems[f"Something in {name} is no object."] += 1


def _expanded(
    context: Context, link: str, name: str, object_id: str, item: Raw
) -> Iterator[FoundLinks]:
    held = item[name]
    targets = [held] if isinstance(held, dict) else held or []
    ids = tuple(id_of(one) for one in targets) if isinstance(targets, list) else ("",)
    if not all(ids):
        context.problems[f"Something in {name} has no id."] += 1
        return
    whole = f"{name}{NEXT}" not in item and len(ids) < MOST_EXPANDED
    yield FoundLinks(link, object_id, ids, whole, f"its place in {name}")


def id_of(item: Any) -> str:
    """An item's id; "" when it has none that the history could keep."""
    found = item.get("id") if isinstance(item, dict) else None
    if not isinstance(found, str) or len(found) > _LONGEST_ID or not found.isprintable():
        return ""
    return found.strip() and found


def _plain(odata_type: str) -> str:
    name = odata_type.rpartition(".")[2][:80]
    return name if name.isidentifier() else "such type"
