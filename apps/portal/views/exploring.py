"""Any snapshot to look through: its objects, and one object with its story and its ties."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.core.errors import NotFound
from apps.diffs.attributes import compare_bodies, leaves
from apps.diffs.ids import ids_in
from apps.entra.catalogue import kind as kind_named
from apps.history import selectors as history
from apps.history.models import Snapshot
from apps.history.records import ObjectKey
from apps.history.search import finding, listing, objects, uses
from apps.history.search.keeping_up import versions_behind
from apps.portal import exploring, policies, relations
from apps.portal.doors import rights_here, tenant_page
from apps.portal.looking import record_look
from apps.portal.naming import names_at
from apps.portal.relation_graph import graph_of
from apps.tenants.models import Tenant

SNAPSHOTS = 200
_SNAPSHOTS = "snapshots_to_look_at"
OF_EACH = 8
# Past this a search reads the log for long, and it is worth saying so.
BEHIND = 5_000
STATES = {"": finding.EXISTING, "deleted": finding.DELETED}


@tenant_page()
def explore(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """The objects of a snapshot: how many of each kind, or those that were asked for."""
    snapshot = _moment(request, tenant)
    context = {"section": "tenants", "tenant": tenant, "rights": rights_here(request)}
    if snapshot is None:
        return render(request, "portal/explore.html", context)
    counts = exploring.kind_counts(snapshot)
    kind = request.GET.get("kind", "")
    kinds = [kind] if kind in objects.KIND_NAMES else None
    text, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    context |= {
        **_at(request, tenant, snapshot),
        "counts": counts,
        "kind": kind if kinds else "",
        "collection": next((one.collection for one in counts if one.kind.name == kind), None),
        "q": text,
        "state": state if state in STATES else "",
        "is_asked": bool(kinds or text or (state in STATES and state)),
        "is_behind": versions_behind(tenant.pk) > BEHIND,
    }
    if context["is_asked"]:
        record_look(request, tenant, "list of objects", f"snapshot {snapshot.seq}")
        context |= _found(request, tenant, snapshot, kinds, exploring.expected(counts, kinds))
    return render(request, "portal/explore.html", context)


@tenant_page()
def object_page(request: HttpRequest, tenant: Tenant, kind: str, object_id: str) -> HttpResponse:
    """One object as a snapshot knows it, with what it is tied to and how it came to be so."""
    snapshot = _required_moment(request, tenant)
    versions = objects.versions_of(tenant, kind, object_id, limit=OF_EACH)
    found = next(
        (one for one in versions.versions if one.seq <= snapshot.seq), None
    ) or objects.access_object(tenant, kind, object_id, snapshot.seq)
    record_look(request, tenant, "object", f"{kind} {object_id}")
    policy = policies.policy_view(tenant, found.body, snapshot.seq) if _is_policy(found) else None
    shown, absent = exploring.properties(found, leaving_out=policies.SAID if policy else ())
    ties = relations.relations_of(tenant, snapshot, found, policy.found if policy else None)
    context = {
        **_object_context(request, tenant, snapshot, found),
        "policy": policy,
        "properties": shown,
        "absent": absent,
        "unknown": exploring.unknown_properties(found),
        "relations": ties,
        "graph": graph_of(ties, found.label),
        "relation_sides": (
            ("What leads to it", ties.to, "to"),
            ("What it leads to", ties.away, "from"),
        ),
        "chapters": exploring.story(tenant, versions),
        "has_more_versions": versions.before is not None,
        "newest": versions.versions[0],
        "neighbours": _neighbours(tenant, versions, found),
        "names": names_at(tenant, ids_in([one.value for one in shown]), snapshot.seq),
    }
    return render(request, "portal/object.html", context)


@tenant_page()
def object_json(request: HttpRequest, tenant: Tenant, kind: str, object_id: str) -> HttpResponse:
    """The body as it is kept."""
    snapshot = _required_moment(request, tenant)
    found = objects.access_object(tenant, kind, object_id, snapshot.seq)
    record_look(request, tenant, "object", f"{kind} {object_id}")
    text = orjson.dumps(found.body, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = f'inline; filename="{kind}-snapshot-{snapshot.seq}.json"'
    return answer


@tenant_page()
def object_versions(
    request: HttpRequest, tenant: Tenant, kind: str, object_id: str
) -> HttpResponse:
    """All versions of an object, newest first, and any two of them side by side."""
    snapshot = _required_moment(request, tenant)
    before = request.GET.get("before", "")
    page = (
        objects.versions_of(tenant, kind, object_id, before=int(before))
        if before.isdecimal()
        else objects.versions_of(tenant, kind, object_id)
    )
    found = page.versions[0] if page.versions else _last_version(tenant, kind, object_id)
    record_look(request, tenant, "object", f"{kind} {object_id}")
    context = {
        **_object_context(request, tenant, snapshot, found),
        "chapters": exploring.story(tenant, page),
        "next": _next(request, before=page.before),
        **_compared(request, tenant, page, kind, object_id),
    }
    return render(request, "portal/object_versions.html", context)


@tenant_page()
def object_links(request: HttpRequest, tenant: Tenant, kind: str, object_id: str) -> HttpResponse:
    """All links of an object in one direction."""
    snapshot = _required_moment(request, tenant)
    found = objects.access_object(tenant, kind, object_id, snapshot.seq)
    record_look(request, tenant, "links of an object", f"{kind} {object_id}")
    outgoing = request.GET.get("way") != "to"
    way = _links(
        tenant, snapshot, kind, object_id, outgoing=outgoing, after=_after(request), limit=50
    )
    context = {
        **_object_context(request, tenant, snapshot, found),
        "way": way,
        "next": _next(request, after=way["after"]),
    }
    return render(request, "portal/object_links.html", context)


@tenant_page()
def where_used(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Everything in a snapshot in which an id stands, whatever the id is of."""
    snapshot = _required_moment(request, tenant)
    wanted = request.GET.get("id", "").strip()[:256]
    record_look(request, tenant, "use of an id", f"snapshot {snapshot.seq}")
    context: dict[str, object] = {
        "section": "tenants",
        "tenant": tenant,
        **_at(request, tenant, snapshot),
        "wanted": wanted,
        "rights": rights_here(request),
    }
    if wanted:
        like_it = finding.search_objects(tenant, snapshot.seq, wanted).objects
        named = [one for one in like_it if wanted in (one.object_id, *one.texts)]
        page = uses.used_by(tenant, snapshot.seq, {wanted, wanted.lower()}, after=_after(request))
        context |= {"uses": page, "named": named, "next": _next(request, after=page.after)}
    return render(request, "portal/where_used.html", context)


def _neighbours(
    tenant: Tenant, page: objects.VersionPage, found: objects.ObjectVersion
) -> tuple[int | None, int | None]:
    """The positions of the versions before and after one, from the page if it has them."""
    seqs = [one.seq for one in (*page.versions, page.earlier) if one]
    if found.seq not in seqs[:-1] and not (found.seq in seqs and page.before is None):
        return objects.neighbours_of(tenant, found.kind, found.object_id, found.seq)
    place = seqs.index(found.seq)
    before = seqs[place + 1] if place + 1 < len(seqs) else None
    return before, seqs[place - 1] if place else None


def _is_policy(found: objects.ObjectVersion) -> bool:
    return found.kind == policies.POLICY


def _moment(request: HttpRequest, tenant: Tenant) -> Snapshot | None:
    """The snapshot that the address names, the newest when it names none; None before the first.

    Raises NotFound for one that there is not, or not any more.
    """
    at = request.GET.get("at", "")
    shown = _shown_snapshots(request, tenant)
    if at.isascii() and at.isdigit() and len(at) < 18:
        held = next((one for one in shown if one.seq == int(at)), None)
        return held or history.snapshot_at(tenant, int(at))
    return shown[0] if shown else None


def _shown_snapshots(request: HttpRequest, tenant: Tenant) -> list[Snapshot]:
    """The newest snapshots, read once for a page."""
    held: list[Snapshot] | None = getattr(request, _SNAPSHOTS, None)
    if held is None:
        held = list(history.snapshots(tenant)[:SNAPSHOTS])
        setattr(request, _SNAPSHOTS, held)
    return held


def _required_moment(request: HttpRequest, tenant: Tenant) -> Snapshot:
    found = _moment(request, tenant)
    if found is None:
        raise NotFound("This tenant has no snapshot yet.", code="no-snapshot")
    return found


def _at(request: HttpRequest, tenant: Tenant, snapshot: Snapshot) -> dict[str, object]:
    """What every page says about the position it shows."""
    shown = _shown_snapshots(request, tenant)
    return {
        "snapshot": snapshot,
        "snapshots": shown if snapshot in shown else [*shown, snapshot],
        "is_newest": shown[:1] == [snapshot],
    }


def _object_context(
    request: HttpRequest, tenant: Tenant, snapshot: Snapshot, found: objects.ObjectVersion
) -> dict[str, object]:
    return {
        "section": "tenants",
        "tenant": tenant,
        **_at(request, tenant, snapshot),
        "object": found,
        "rights": rights_here(request),
    }


def _found(
    request: HttpRequest,
    tenant: Tenant,
    snapshot: Snapshot,
    kinds: list[str] | None,
    expected: int,
) -> dict[str, object]:
    found = listing.list_objects(
        tenant,
        snapshot.seq,
        request.GET.get("q", ""),
        kinds=kinds,
        states=STATES.get(request.GET.get("state", ""), finding.EXISTING),
        after=_after(request),
        expected=expected,
    )
    return {
        "page": found.page,
        "by_name": found.by_name,
        "is_first_page": not request.GET.get("after"),
        "next": _next(request, after=found.page.after),
    }


def _links(
    tenant: Tenant,
    snapshot: Snapshot,
    kind: str,
    object_id: str,
    *,
    outgoing: bool,
    after: ObjectKey | None = None,
    limit: int,
) -> dict[str, Any]:
    """The links in one direction, with what is at their other ends where that is known."""
    page = objects.links_of(
        tenant, kind, object_id, snapshot.seq, outgoing=outgoing, after=after, limit=limit
    )
    ids = [end.object_id for end in page.links]
    known = finding.objects_with_ids(tenant, snapshot.seq, ids)
    return {
        "outgoing": outgoing,
        "rows": [(end, known.get(end.object_id)) for end in page.links],
        "after": page.after,
    }


def _last_version(tenant: Tenant, kind: str, object_id: str) -> objects.ObjectVersion:
    newest = history.latest_snapshot(tenant)
    return objects.access_object(tenant, kind, object_id, newest.seq if newest else 0)


def _version(
    tenant: Tenant, page: objects.VersionPage, kind: str, object_id: str, seq: int
) -> objects.ObjectVersion:
    """A version that is on the page already, or else read for itself."""
    held = next((one for one in page.versions if one.seq == seq), None)
    return held or objects.access_object(tenant, kind, object_id, seq)


def _compared(
    request: HttpRequest, tenant: Tenant, page: objects.VersionPage, kind: str, object_id: str
) -> dict[str, object]:
    """Two versions side by side, when two were chosen; the older one always on the left."""
    chosen = sorted({int(one) for one in request.GET.getlist("version") if one.isdigit()})
    if len(chosen) != 2:
        return {"is_one_chosen": len(chosen) == 1}
    older, newer = (_version(tenant, page, kind, object_id, seq) for seq in chosen)
    changed = compare_bodies(kind_named(kind), older.body, newer.body)
    rows = [leaf for attribute in changed for leaf in leaves(attribute)]
    sides = [(row.before, row.after) for row in rows]
    names = names_at(tenant, ids_in(sides), newer.seq, older.seq)
    said = _policies_compared(tenant, older, newer) if _is_policy(newer) else None
    return {
        "older": older,
        "newer": newer,
        "rows": rows,
        "names": names,
        "policies": said,
        "before_older": _neighbours(tenant, page, older)[0],
        "after_newer": _neighbours(tenant, page, newer)[1],
    }


def _policies_compared(
    tenant: Tenant, older: objects.ObjectVersion, newer: objects.ObjectVersion
) -> policies.PolicyDifference:
    return policies.policy_difference(tenant, (older.body, newer.body), newer.seq, older.seq)


def _after(request: HttpRequest) -> ObjectKey | None:
    """The key that the page starts after: its two parts, the second of which may hold anything."""
    first, comma, second = request.GET.get("after", "").partition(",")
    return (first, second) if comma else None


def _next(request: HttpRequest, **position: object) -> str:
    """The query of the next page with everything else kept, empty when this is the last."""
    ((name, value),) = position.items()
    if value is None:
        return ""
    text = ",".join(value) if isinstance(value, tuple) else str(value)
    kept = [(key, one) for key, many in request.GET.lists() for one in many if key != name]
    return "?" + urlencode([*kept, (name, text)])
