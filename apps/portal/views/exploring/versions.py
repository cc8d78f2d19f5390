"""How an object came to be so: its versions, and any two of them side by side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.diffs.attributes import compare_bodies, leaves
from apps.diffs.ids import ids_in
from apps.entra.catalogue import kind as kind_named
from apps.history import selectors as history
from apps.history.search import objects
from apps.portal import exploring, policies
from apps.portal.doors import tenant_page
from apps.portal.looking import record_look
from apps.portal.naming import names_at
from apps.portal.views.exploring.moments import (
    is_policy,
    next_page,
    object_context,
    required_moment,
)
from apps.tenants.models import Tenant


@tenant_page()
def object_versions(
    request: HttpRequest, tenant: Tenant, kind: str, object_id: str
) -> HttpResponse:
    """All versions of an object, newest first, and any two of them side by side."""
    snapshot = required_moment(request, tenant)
    before = request.GET.get("before", "")
    page = (
        objects.versions_of(tenant, kind, object_id, before=int(before))
        if before.isdecimal()
        else objects.versions_of(tenant, kind, object_id)
    )
    found = page.versions[0] if page.versions else _last_version(tenant, kind, object_id)
    record_look(request, tenant, "object", f"{kind} {object_id}")
    context = {
        **object_context(request, tenant, snapshot, found),
        "chapters": exploring.story(tenant, page),
        "next": next_page(request, before=page.before),
        **_compared(request, tenant, page, kind, object_id),
    }
    return render(request, "portal/object_versions.html", context)


def neighbours(
    tenant: Tenant, page: objects.VersionPage, found: objects.ObjectVersion
) -> tuple[int | None, int | None]:
    """The positions of the versions before and after one, from the page if it has them."""
    seqs = [one.seq for one in (*page.versions, page.earlier) if one]
    if found.seq not in seqs[:-1] and not (found.seq in seqs and page.before is None):
        return objects.neighbours_of(tenant, found.kind, found.object_id, found.seq)
    place = seqs.index(found.seq)
    before = seqs[place + 1] if place + 1 < len(seqs) else None
    return before, seqs[place - 1] if place else None


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
    said = _policies_compared(tenant, older, newer) if is_policy(newer) else None
    return {
        "older": older,
        "newer": newer,
        "rows": rows,
        "names": names,
        "policies": said,
        "before_older": neighbours(tenant, page, older)[0],
        "after_newer": neighbours(tenant, page, newer)[1],
    }


def _policies_compared(
    tenant: Tenant, older: objects.ObjectVersion, newer: objects.ObjectVersion
) -> policies.PolicyDifference:
    return policies.policy_difference(tenant, (older.body, newer.body), newer.seq, older.seq)
