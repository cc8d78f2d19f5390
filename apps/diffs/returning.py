"""Bringing deleted objects back: the report that finds what is to be done."""

from __future__ import annotations

from collections.abc import Collection

from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid
from apps.diffs.changes import Scope
from apps.diffs.models import DifferenceReport
from apps.diffs.services import request_report
from apps.history import selectors as history
from apps.history.models import Snapshot
from apps.history.records import ObjectKey
from apps.history.search.objects import deleted_at
from apps.tenants.models import Tenant

MOST = 500


def request_return(
    *, actor: Actor, tenant: Tenant, objects: Collection[ObjectKey], seq: int
) -> DifferenceReport:
    """Have objects that are deleted at a position compared with now, from the newest snapshot in
    which all of them were there.

    Rights and errors as request_report(); Invalid for none or too many, Conflict when no kept
    snapshot has all of them.
    """
    if not objects:
        raise Invalid("Choose what to bring back.")
    if len(objects) > MOST:
        raise Invalid(f"Choose {MOST} objects at most.", todo="Bring the others back afterwards.")
    return request_report(
        actor=actor,
        tenant=tenant,
        base=last_with_all(tenant, objects, seq),
        scope=Scope(
            kinds=frozenset(kind for kind, _ in objects),
            object_ids=frozenset(object_id for _, object_id in objects),
        ),
    )


def last_with_all(tenant: Tenant, objects: Collection[ObjectKey], seq: int) -> Snapshot:
    """The newest kept snapshot up to a position in which all of these were there, in no bin."""
    gone = deleted_at(tenant, objects, seq)
    before = min(gone.values(), default=seq + 1)
    found: Snapshot | None = history.snapshots(tenant).filter(seq__lt=before).first()
    if found is None or _there(tenant, objects, found.seq) < set(objects):
        raise Conflict(
            "No snapshot that is kept has all of them.",
            code="never-together",
            todo="Bring back fewer at a time, those that were deleted at about the same time.",
        )
    return found


def _there(tenant: Tenant, objects: Collection[ObjectKey], seq: int) -> set[ObjectKey]:
    ids = {object_id for _, object_id in objects}
    held = history.state_at(tenant, seq, object_ids=ids)
    return {(one.kind, one.object_id) for one in held if one.state == "present"} & set(objects)
