"""Exports of Holdfast itself: nothing has to be guessed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.entra.catalogue import KINDS, LINKS, kind
from apps.entra.catalogue.normalising import PARENT
from apps.history.choices import COMPLETE_STATUSES
from apps.history.exporting.heading import FORMAT, VERSION
from apps.history.importing.recognising import FoundLinks, FoundObject, id_of

BY = "the layout of Holdfast's exports"
HEADING = "export.json"
# Beside the objects, and of use to people and to the script that checks it alone.
_BESIDE = frozenset({HEADING, "manifest.json", "README.txt"})
_KINDS = {entry.name: entry for entry in KINDS}


@dataclass(frozen=True, slots=True)
class OwnExport:
    """What export.json says. root: the folder it lies in, "" or ending in "/".

    whole: kinds of which it holds every object there was.
    """

    root: str
    whole: frozenset[str]

    def holds(self, path: str) -> bool:
        """Whether a file is a part of it."""
        return path.startswith(self.root)

    def is_beside(self, path: str) -> bool:
        """Whether a file of it holds no objects."""
        return path.removeprefix(self.root) in _BESIDE

    def recognise(self, path: str, document: Any) -> Iterator[FoundObject | FoundLinks]:
        """What a value of one of its files is; nothing for what it does not write."""
        area, _, rest = path.removeprefix(self.root).partition("/")
        if not isinstance(document, Mapping):
            return
        if area == "links":
            yield from _links(document)
            return
        name = rest.partition("/")[0].partition(".")[0]
        object_id = id_of(document)
        if area in ("objects", "bin") and name in _KINDS and object_id:
            yield FoundObject(
                kind(name),
                object_id,
                dict(document),
                BY,
                parent_id=str(document.get(PARENT) or ""),
                binned=area == "bin",
                own=True,
            )


def own_export(path: str, document: Any) -> OwnExport | None:
    """What an export.json says; None for one that another tool wrote."""
    if not isinstance(document, Mapping):
        return None
    if (document.get("format"), document.get("version")) != (FORMAT, VERSION):
        return None
    if document.get("object_id"):
        return OwnExport(path.removesuffix(HEADING), frozenset())
    only = document.get("kind") or ""
    rows = (document.get("snapshot") or {}).get("collections") or ()
    complete = {
        str(row.get("collection")) for row in rows if row.get("status") in COMPLETE_STATUSES
    }
    whole = frozenset(name for name in complete & _KINDS.keys() if only in ("", name))
    return OwnExport(path.removesuffix(HEADING), whole)


def _links(document: Mapping[str, Any]) -> Iterator[FoundLinks]:
    name, source, target = (document.get(part) for part in ("link", "source", "target"))
    if name in LINKS and isinstance(source, str) and isinstance(target, str):
        yield FoundLinks(str(name), source, (target,), False, BY)
