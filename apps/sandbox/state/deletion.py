"""Into the bin and out of it again, with the links and grants that hang on an object."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .bins import Aside, dependents_of
from .changes import What
from .links import LinkTable
from .records import Record

if TYPE_CHECKING:
    from .directory import Directory


def soft_delete(directory: Directory, object_id: str) -> None:
    """See :meth:`Directory.soft_delete`."""
    record = directory._records[object_id]
    directory._aside[object_id] = _detach(directory, record)
    directory._take(record)
    directory._bin[object_id] = replace(record, deleted_at=directory.now())
    directory._happened(What.SOFT_DELETED, record)


def restore(directory: Directory, object_id: str) -> None:
    """See :meth:`Directory.restore`."""
    record = replace(directory._bin.pop(object_id), deleted_at=None)
    directory._put(record, before=None)
    directory._happened(What.RESTORED, record)
    aside = directory._aside.pop(object_id, Aside())
    for dependent in aside.records:
        directory._put(dependent, before=None)
        directory._created(dependent.id, dependent.type)
    for relation, source_id, target_id in aside.links:
        other = target_id if source_id == object_id else source_id
        if other in directory._records:
            directory.link(relation, source_id, target_id)
        elif other in directory._aside:
            kept = directory._aside[other]
            directory._aside[other] = kept.with_link((relation, source_id, target_id))


def purge(directory: Directory, object_id: str) -> None:
    """See :meth:`Directory.purge`."""
    record = directory._bin.pop(object_id, None)
    directory._aside.pop(object_id, None)
    if record is None:
        record = directory._records[object_id]
        _detach(directory, record)
        directory._take(record)
    directory._happened(What.PURGED, record)


def _detach(directory: Directory, record: Record) -> Aside:
    """Take away the links of an object, and what lives only as long as it does."""
    links = [
        (relation, source_id, target_id)
        for relation, table in directory.relations()
        for source_id, target_id in _touching(table, record.id)
    ]
    dependents = dependents_of(directory, record)
    for relation, source_id, target_id in links:
        directory.unlink(relation, source_id, target_id)
    for dependent in dependents:
        directory._take(dependent)
        directory._happened(What.PURGED, dependent)
    return Aside(tuple(links), tuple(dependents))


def _touching(table: LinkTable, object_id: str) -> list[tuple[str, str]]:
    return [(object_id, target_id) for target_id in table.targets(object_id)] + [
        (source_id, object_id) for source_id in table.sources(object_id)
    ]
