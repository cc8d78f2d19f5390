"""Requests that add and remove links.

https://learn.microsoft.com/graph/api/group-post-members
"""

from collections.abc import Sequence

from apps.entra.catalogue import kind as kind_named
from apps.entra.catalogue.model import Link
from apps.entra.writing.request import WriteRequest

GRAPH = "https://graph.microsoft.com"


def add_links(
    link: Link,
    source_id: str,
    target_ids: Sequence[str],
    *,
    together: bool = True,
    graph: str = GRAPH,
) -> tuple[WriteRequest, ...]:
    """The requests that link these targets to a source.

    together: as many at once as Graph takes (20 members); such a request fails as a whole when one
    target is linked already or missing: then ask again with together=False. graph: the address of
    Graph in the tenant's cloud (Cloud.resource); it is part of the body.
    """
    if together and link.add_many > 1 and len(target_ids) > 1:
        return tuple(
            _request(
                link,
                "PATCH",
                link.bind_path.replace("{id}", source_id),
                {
                    f"{link.property}@odata.bind": [
                        _address(graph, link, target, source_id)
                        for target in target_ids[start : start + link.add_many]
                    ]
                },
                adding=True,
            )
            for start in range(0, len(target_ids), link.add_many)
        )
    return tuple(
        _request(
            link,
            link.add_method,
            _path(link.write_path, source_id, target),
            {"@odata.id": _address(graph, link, target, source_id)},
            adding=True,
        )
        for target in target_ids
    )


def remove_link(link: Link, source_id: str, target_id: str) -> WriteRequest:
    """The request that takes one link away. For a single link (manager) whatever is there goes."""
    return _request(link, "DELETE", _path(link.remove_path, source_id, target_id), None)


def _path(template: str, source_id: str, target_id: str) -> str:
    return template.replace("{id}", source_id).replace("{target}", target_id)


def _address(graph: str, link: Link, target_id: str, source_id: str) -> str:
    if link.address:
        return f"{graph}/{link.version}{_path(link.address, source_id, target_id)}"
    collection = "users" if link.single else "directoryObjects"
    return f"{graph}/{link.version}/{collection}/{target_id}"


def _request(
    link: Link, method: str, path: str, body: dict[str, object] | None, *, adding: bool = False
) -> WriteRequest:
    besides = (link.add_permission,) if adding and link.add_permission else ()
    # A link that is there already is refused, not doubled: repeating does no harm.
    return WriteRequest(
        method,
        path,
        body,
        link.version,
        kind_named(link.source_kind).lane,
        permission=(link.write_permission, *besides),
    )
