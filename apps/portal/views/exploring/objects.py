"""Any snapshot to look through: its objects, and one object with its story and its ties."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.diffs.ids import ids_in
from apps.history.models import Snapshot
from apps.history.records import ObjectKey
from apps.history.search import finding, listing, objects, uses
from apps.history.search.keeping_up import versions_behind
from apps.portal import exploring, policies, relations
from apps.portal.doors import rights_here, tenant_page
from apps.portal.looking import record_look
from apps.portal.naming import names_at
from apps.portal.relation_graph import graph_of
from apps.portal.views.exploring.moments import (
    after_of,
    at,
    is_policy,
    moment,
    next_page,
    object_context,
    required_moment,
)
from apps.portal.views.exploring.versions import neighbours
from apps.tenants.models import Tenant

OF_EACH = 8
# Past this a search reads the log for long, and it is worth saying so.
BEHIND = 5_000
STATES = {"": finding.EXISTING, "deleted": finding.DELETED}


@tenant_page()
def explore(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """The objects of a snapshot: how many of each kind, or those that were asked for."""
    snapshot = moment(request, tenant)
    context = {"section": "tenants", "tenant": tenant, "rights": rights_here(request)}
    if snapshot is None:
        return render(request, "portal/explore.html", context)
    counts = exploring.kind_counts(snapshot)
    kind = request.GET.get("kind", "")
    kinds = [kind] if kind in objects.KIND_NAMES else None
    text, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    context |= {
        **at(request, tenant, snapshot),
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
    snapshot = required_moment(request, tenant)
    versions = objects.versions_of(tenant, kind, object_id, limit=OF_EACH)
    found = next(
        (one for one in versions.versions if one.seq <= snapshot.seq), None
    ) or objects.access_object(tenant, kind, object_id, snapshot.seq)
    record_look(request, tenant, "object", f"{kind} {object_id}")
    policy = policies.policy_view(tenant, found.body, snapshot.seq) if is_policy(found) else None
    shown, absent = exploring.properties(found, leaving_out=policies.SAID if policy else ())
    ties = relations.relations_of(tenant, snapshot, found, policy.found if policy else None)
    context = {
        **object_context(request, tenant, snapshot, found),
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
        "neighbours": neighbours(tenant, versions, found),
        "names": names_at(tenant, ids_in([one.value for one in shown]), snapshot.seq),
    }
    return render(request, "portal/object.html", context)


@tenant_page()
def object_json(request: HttpRequest, tenant: Tenant, kind: str, object_id: str) -> HttpResponse:
    """The body as it is kept."""
    snapshot = required_moment(request, tenant)
    found = objects.access_object(tenant, kind, object_id, snapshot.seq)
    record_look(request, tenant, "object", f"{kind} {object_id}")
    text = orjson.dumps(found.body, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = f'inline; filename="{kind}-snapshot-{snapshot.seq}.json"'
    return answer


@tenant_page()
def object_links(request: HttpRequest, tenant: Tenant, kind: str, object_id: str) -> HttpResponse:
    """All links of an object in one direction."""
    snapshot = required_moment(request, tenant)
    found = objects.access_object(tenant, kind, object_id, snapshot.seq)
    record_look(request, tenant, "links of an object", f"{kind} {object_id}")
    outgoing = request.GET.get("way") != "to"
    way = _links(
        tenant, snapshot, kind, object_id, outgoing=outgoing, after=after_of(request), limit=50
    )
    context = {
        **object_context(request, tenant, snapshot, found),
        "way": way,
        "next": next_page(request, after=way["after"]),
    }
    return render(request, "portal/object_links.html", context)


@tenant_page()
def where_used(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Everything in a snapshot in which an id stands, whatever the id is of."""
    snapshot = required_moment(request, tenant)
    wanted = request.GET.get("id", "").strip()[:256]
    record_look(request, tenant, "use of an id", f"snapshot {snapshot.seq}")
    context: dict[str, object] = {
        "section": "tenants",
        "tenant": tenant,
        **at(request, tenant, snapshot),
        "wanted": wanted,
        "rights": rights_here(request),
    }
    if wanted:
        like_it = finding.search_objects(tenant, snapshot.seq, wanted).objects
        named = [one for one in like_it if wanted in (one.object_id, *one.texts)]
        page = uses.used_by(tenant, snapshot.seq, {wanted, wanted.lower()}, after=after_of(request))
        context |= {"uses": page, "named": named, "next": next_page(request, after=page.after)}
    return render(request, "portal/where_used.html", context)


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
        after=after_of(request),
        expected=expected,
    )
    return {
        "page": found.page,
        "by_name": found.by_name,
        "is_first_page": not request.GET.get("after"),
        "next": next_page(request, after=found.page.after),
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
