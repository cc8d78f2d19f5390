"""Properties that Graph gives for one object at a time, apart from the object.

https://learn.microsoft.com/graph/api/authentication-get
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from apps.entra.catalogue.model import Kind, Property, Version
from apps.entra.client import BatchItem, GraphClient
from apps.entra.reading.observed import AuditEvent

Values = dict[str, Any]


def read_apart(
    client: GraphClient,
    kind: Kind,
    object_ids: Sequence[str],
    *,
    names: Collection[str] | None = None,
) -> dict[str, Values | None]:
    """What Graph gives apart from these objects, by id and name; None for one it does not have.

    names: only these properties. Costs a request, a twentieth of a $batch, for each object and
    path. Raises an EntraError when Graph refuses to say.
    """
    found: dict[str, Values | None] = {object_id: {} for object_id in object_ids}
    wanted = (item for name, item in kind.read_apart.items() if names is None or name in names)
    for path, version, properties in _by_path(wanted):
        items = [BatchItem(one, "GET", path.replace("{id}", one)) for one in object_ids]
        answers = client.batch(items, version=version)
        for object_id, answer in zip(object_ids, answers, strict=True):
            if answer.status == 404:
                found[object_id] = None
                continue
            body = answer.unwrap()
            if (held := found[object_id]) is not None:
                held |= {name: body[name] for name in properties if body.get(name) is not None}
    return found


def _by_path(properties: Iterable[Property]) -> Iterator[tuple[str, Version, list[str]]]:
    paths: dict[tuple[str, Version], list[str]] = defaultdict(list)
    for item in properties:
        paths[item.read_path, item.version].append(item.name)
    for (path, version), names in paths.items():
        yield path, version, names


def may_tell_of(event: AuditEvent, known: Property) -> bool:
    """Whether an entry of the directory audit log may be about a change of this property."""
    targets = event.body.get("targetResources") or ()
    changed = (
        str(item.get("displayName") or "")
        for target in targets
        for item in target.get("modifiedProperties") or ()
    )
    return any(word in text for text in (event.activity, *changed) for word in known.told_by)
