"""Loads a directory of Graph JSON files into a tenant of its own.

Understood are the folders of EntraExporter (https://github.com/microsoft/EntraExporter: a folder
per kind, in it one per object, in it the object's file and a folder per relation) and flat files
with an object, a list of objects or a list response. No file stops a load.
"""

import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from apps.sandbox.load import bodies, kinds
from apps.sandbox.load.completion import complete, tenant_facts
from apps.sandbox.load.kinds import Place
from apps.sandbox.load.reading import Document, UnreadableError, read_document
from apps.sandbox.load.report import FileReport, LoadReport
from apps.sandbox.schema import TYPES, family
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.world import World


def load_directory(world: World, directory: Path, tenant: str | None = None) -> LoadReport:
    """Load every `*.json` file below `directory` into one tenant.

    Args:
        world: gets a new tenant, or more objects in the one that `tenant` names.
        directory: where the files are.
        tenant: id of the tenant; without it, the id of the `organization` object in the files, or
            a new one.

    Returns:
        A report of every file: understood with its counts, or not, with the reason.

    Raises:
        NotADirectoryError: `directory` is none.
    """
    if not directory.is_dir():
        raise NotADirectoryError(f"{directory} is not a directory.")
    report = LoadReport()
    loader = _Loader(report)
    for path in sorted(_json_files(directory)):
        file = FileReport(str(path.relative_to(directory)))
        report.files.append(file)
        loader.read(path, path.relative_to(directory), file)
    loader.settle(world, tenant)
    return report


def _json_files(directory: Path) -> Iterator[Path]:
    return (
        path for path in directory.rglob("*") if path.suffix.lower() == ".json" and path.is_file()
    )


class _Loader:
    """Collects objects and links of all files first, then puts them into a directory."""

    def __init__(self, report: LoadReport) -> None:
        self.report = report
        self.objects: dict[str, tuple[str, dict[str, Any]]] = {}
        self.links: dict[tuple[str, str, str], FileReport] = {}

    def read(self, path: Path, relative: Path, file: FileReport) -> None:
        """Take one file in, or note why not."""
        try:
            document = read_document(path)
        except UnreadableError as error:
            file.reason = str(error)
            return
        place = kinds.place_of_path(relative)
        told = kinds.place_of_context(document.context)
        if not place.relation and (told.relation or told.type_name):
            place = told
        failures = [reason for reason in self._items(document, place, file) if reason]
        if not failures:
            return
        if file.objects or file.links:
            file.remarks += sorted(set(failures))
        else:
            file.reason = failures[0]

    def _items(self, document: Document, place: Place, file: FileReport) -> Iterator[str]:
        for item in document.items:
            yield self._item(item, place, file)

    def _item(self, item: Mapping[str, Any], place: Place, file: FileReport) -> str:
        """Take one object in; returns the reason if it cannot be."""
        if place.relation:
            return self._child(item, place, file)
        type_name = kinds.concrete_type(item)
        if not type_name and place.type_name and not kinds.named_type(item):
            type_name = place.type_name
        type_name = type_name or kinds.type_of_shape(item)
        if not type_name:
            return f"The kind of object is not served here: {kinds.named_type(item) or 'unknown'}."
        if TYPES[type_name].abstract:
            type_name = kinds.type_of_shape(item)
            if not type_name:
                return "The object does not say of which subtype it is (@odata.type)."
        return self._object(type_name, item, file)

    def _object(self, type_name: str, item: Mapping[str, Any], file: FileReport) -> str:
        object_id = item.get("id") or (type_name if type_name in _SINGLETONS else None)
        if not isinstance(object_id, str) or not object_id:
            return "The object has no id."
        body, unknown = bodies.clean(type_name, item)
        held_type, held = self.objects.get(object_id, (type_name, {}))
        if family(held_type) != family(type_name):
            return f"Another object, a {held_type}, has the same id."
        if TYPES[type_name].is_a(held_type):
            held_type = type_name
        self.objects[object_id] = (held_type, {**body, **held})
        file.kind = file.kind or type_name
        file.objects += 1
        if unknown:
            file.remarks.append(f"Unknown properties left out: {', '.join(sorted(unknown))}.")
        for relation, targets in bodies.related(type_name, item).items():
            place = Place(relation=relation, parent_type=type_name, parent_id=object_id)
            for target in targets:
                self._child(target, place, file)
        return ""

    def _child(self, item: Mapping[str, Any], place: Place, file: FileReport) -> str:
        """An object in a relation: a link, an object of its own, or both."""
        relation = TYPES[place.parent_type].relations[place.relation]
        target = TYPES.get(relation.target)
        own = relation.contained or target is None or not target.is_a("directoryObject")
        if relation.target == "appRoleAssignment" or own:
            place_type = "" if target is None or target.abstract else relation.target
            reason = self._item(item, Place(type_name=place_type), file)
            if reason:
                return reason
        if not relation.key:
            return ""
        target_id = item.get("id")
        if not isinstance(target_id, str):
            return "The linked object has no id."
        file.kind = file.kind or relation.key
        file.links += 1
        self.links[(relation.key, place.parent_id, target_id)] = file
        return ""

    def settle(self, world: World, tenant: str | None) -> None:
        """Put everything into the directory of the tenant, with what every tenant has."""
        facts = tenant_facts(self.objects, tenant or str(uuid.uuid4()), given=tenant is not None)
        directory = world.directories.get(facts.tenant_id)
        if directory is None:
            directory = world.add_directory(facts.directory())
        self.report.tenant_id = directory.tenant_id
        self.report.display_name = directory.display_name
        for object_id, (type_name, body) in self.objects.items():
            self._put(directory, object_id, type_name, body)
        for relation, source, target in self.links:
            self._link(directory, relation, source, target)
        self.report.added = complete(world, directory)

    def _put(
        self, directory: Directory, object_id: str, type_name: str, body: dict[str, Any]
    ) -> None:
        if directory.get(object_id) is None:
            directory.add(type_name, body, object_id=object_id)
        else:
            directory.change(object_id, body)
        self.report.counts[type_name] = self.report.counts.get(type_name, 0) + 1

    def _link(self, directory: Directory, relation: str, source: str, target: str) -> None:
        if directory.get(source) is None or directory.get(target) is None:
            self.report.dangling.append((relation, source, target))
        elif directory.link(relation, source, target):
            self.report.links[relation] = self.report.links.get(relation, 0) + 1


_SINGLETONS = frozenset({"authenticationMethodsPolicy", "authorizationPolicy"})
