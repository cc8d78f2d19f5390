"""Objects of any snapshot: found, read, followed through their versions and along their ties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import VIEW_BACKUPS
from apps.api.base import OverviewView, TenantView
from apps.api.keyset import Walk
from apps.api.operations import operation, walk
from apps.api.serializers import objects as shapes
from apps.core.errors import NotFound
from apps.diffs.attributes import compare_bodies
from apps.entra.catalogue import kind as kind_named
from apps.history import selectors as history
from apps.history.choices import ObjectState as State
from apps.history.records import ObjectKey
from apps.history.search import across, finding, objects, uses
from apps.history.search.finding import FoundObject


class Objects(TenantView):
    rights = {"GET": VIEW_BACKUPS}
    query = shapes.ObjectsQuery
    ordering = ("kind", "id")

    @walk("list_objects", "Objects", shapes.ListedObject, query=shapes.ObjectsQuery)
    def get(self, request: Request, tenant_id: UUID, seq: int) -> Response:
        """The objects of a snapshot, all or those that are searched for, by kind and id."""
        snapshot = history.snapshot_at(self.tenant, seq)
        wanted, paging = self.parameters(), Walk()
        after, limit = paging.begin(request)
        self.look("list of objects", f"snapshot {seq}")
        page = finding.search_objects(
            self.tenant,
            snapshot.seq,
            wanted.get("q", ""),
            kinds=wanted.get("kind"),
            states=[State(one) for one in wanted.get("state", finding.EXISTING)],
            after=_key(after),
            limit=limit,
        )
        rows = _with_properties(self, seq, page.objects, wanted.get("field", ()))
        return paging.answer(rows, page.after, stopped=page.stopped)


class OneObject(TenantView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("get_object", "Objects", shapes.ObjectDetail)
    def get(
        self, request: Request, tenant_id: UUID, seq: int, kind: str, object_id: str
    ) -> Response:
        """One object as a snapshot knows it, deleted or not, with its body."""
        found = _access(self, seq, kind, object_id)
        return Response(_detail(found))


class Versions(TenantView):
    rights = {"GET": VIEW_BACKUPS}
    ordering = ("-seq",)

    @walk("list_versions", "Objects", shapes.Version)
    def get(self, request: Request, tenant_id: UUID, kind: str, object_id: str) -> Response:
        """All versions of an object, newest first, each with what changed."""
        paging = Walk()
        after, limit = paging.begin(request)
        self.look("object", f"{kind} {object_id}")
        before = {} if after is None else {"before": int(after[0])}
        page = objects.versions_of(self.tenant, kind, object_id, limit=limit, **before)
        if not page.versions and after is None:
            raise NotFound("There is no such object.", code="no-such-object")
        below = [*page.versions[1:], page.earlier]
        rows = [_version(one, below[place]) for place, one in enumerate(page.versions)]
        return paging.answer(rows, None if page.before is None else [page.before], stopped=False)


class Links(TenantView):
    rights = {"GET": VIEW_BACKUPS}
    query = shapes.LinksQuery
    ordering = ("link", "id")

    @walk("list_object_links", "Objects", shapes.LinkEnd, query=shapes.LinksQuery)
    def get(
        self, request: Request, tenant_id: UUID, seq: int, kind: str, object_id: str
    ) -> Response:
        """An object's links in a snapshot: members, owners, managers and so on."""
        found = _access(self, seq, kind, object_id)
        paging, direction = Walk(), self.parameters()["direction"]
        after, limit = paging.begin(request)
        page = objects.links_of(
            self.tenant,
            found.kind,
            object_id,
            seq,
            outgoing=direction == "from",
            after=_key(after),
            limit=limit,
        )
        known = finding.objects_with_ids(self.tenant, seq, {end.object_id for end in page.links})
        rows = [
            {
                "link": end.link,
                "direction": direction,
                "other_id": end.object_id,
                "other": _object(known[end.object_id]) if end.object_id in known else None,
            }
            for end in page.links
        ]
        return paging.answer(rows, page.after, stopped=False)


class ObjectUses(TenantView):
    rights = {"GET": VIEW_BACKUPS}
    ordering = ("kind", "id")

    @walk("list_object_uses", "Objects", shapes.Use)
    def get(
        self, request: Request, tenant_id: UUID, seq: int, kind: str, object_id: str
    ) -> Response:
        """Where an object is named in others: by its id, or by its appId if it has one."""
        found = _access(self, seq, kind, object_id)
        ids = uses.ids_of(object_id, found.body)
        return _uses(self, seq, ids, besides=(kind, object_id))


class Uses(TenantView):
    rights = {"GET": VIEW_BACKUPS}
    query = shapes.UsesQuery
    ordering = ("kind", "id")

    @walk("list_uses", "Objects", shapes.Use, query=shapes.UsesQuery)
    def get(self, request: Request, tenant_id: UUID, seq: int) -> Response:
        """Where any id is used in a snapshot: an object's, an application's, a role's."""
        history.snapshot_at(self.tenant, seq)
        self.look("use of an id", f"snapshot {seq}")
        return _uses(self, seq, set(filter(None, [self.parameters().get("id")])))


class Search(OverviewView):
    rights = {"GET": VIEW_BACKUPS}
    query = shapes.SearchQuery
    ordering = ("tenant",)

    @walk("search", "Objects", shapes.Finds, query=shapes.SearchQuery)
    def get(self, request: Request) -> Response:
        """One search over all tenants that the token reaches: their newest snapshots, and what was
        deleted. `limit` counts the objects of each tenant."""
        paging = Walk()
        after, limit = paging.begin(request)
        text = self.parameters().get("q", "")
        tenants = self.reached.tenants if text else []
        page = across.search_tenants(
            sorted(tenants, key=lambda tenant: (tenant.name, str(tenant.pk))),
            text,
            after=None if after is None else UUID(after[0]),
            of_each=limit,
        )
        for found in page.finds:
            self.look_at(found.tenant, "search", f"snapshot {found.snapshot.seq}")
        rows = [
            {
                "tenant_id": found.tenant.pk,
                "tenant": found.tenant.name,
                "seq": found.snapshot.seq,
                "more": found.page.after is not None,
                "objects": list(map(_object, found.page.objects)),
            }
            for found in page.finds
        ]
        end = None if page.after is None else [str(page.after)]
        return paging.answer(rows, end, stopped=page.after is not None)


def _access(view: TenantView, seq: int, kind: str, object_id: str) -> objects.ObjectVersion:
    """The object of the address, the look at it recorded. Raises NotFound."""
    history.snapshot_at(view.tenant, seq)
    found = objects.access_object(view.tenant, kind, object_id, seq)
    view.look("object", f"{kind} {object_id}")
    return found


def _uses(view: TenantView, seq: int, ids: Any, *, besides: ObjectKey | None = None) -> Response:
    paging = Walk()
    after, limit = paging.begin(view.request)
    page = uses.used_by(view.tenant, seq, ids, besides=besides, after=_key(after), limit=limit)
    rows = [{"object": _object(use.object), "paths": list(use.paths)} for use in page.uses]
    return paging.answer(rows, page.after, stopped=page.stopped)


def _key(after: list[Any] | None) -> ObjectKey | None:
    return None if after is None else (str(after[0]), str(after[1]))


def _object(found: FoundObject) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "id": found.object_id,
        "state": found.state,
        "label": found.label,
        "known_by": list(found.texts),
    }


def _with_properties(
    view: TenantView, seq: int, found: Sequence[FoundObject], names: Sequence[str]
) -> list[dict[str, Any]]:
    keys = [(one.kind, one.object_id) for one in found]
    bodies = history.last_bodies(view.tenant, keys, seq) if names else {}
    return [
        {**_object(one), "properties": _some(bodies.get(key, {}), names)}
        for key, one in zip(keys, found, strict=True)
    ]


def _some(body: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: body[name] for name in names if name in body}


def _detail(found: objects.ObjectVersion) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "id": found.object_id,
        "state": found.state,
        "label": found.label,
        "seq": found.seq,
        "body": found.body,
    }


def _version(found: objects.ObjectVersion, before: objects.ObjectVersion | None) -> dict[str, Any]:
    changed = compare_bodies(kind_named(found.kind), before.body, found.body) if before else ()
    return {
        "seq": found.seq,
        "taken_at": found.snapshot.taken_at if found.snapshot else None,
        "state": found.state,
        "label": found.label,
        "changed": [one.name for one in changed],
        "body": found.body,
    }
