"""Reading changes of approval rules. Needs a scope that has the tenants."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from apps.core.errors import NotFound
from apps.recovery.choices import RulesChangeState
from apps.recovery.models import RulesChange
from apps.tenants.models import Tenant


def changes(tenant: Tenant) -> QuerySet[RulesChange]:
    """A tenant's changes of approval rules, newest first."""
    people = ("tenant", "requested_by", "decided_by", "ended_by")
    rows = RulesChange.objects.filter(tenant=tenant).select_related(*people)
    return rows.order_by("-requested_at", "-id")


def access_change(tenant: Tenant, change_id: UUID) -> RulesChange:
    """One change of this tenant's. Raises NotFound."""
    found = changes(tenant).filter(pk=change_id).first()
    if found is None:
        raise NotFound("There is no such change of approval rules.", code="no-such-rules-change")
    return found


def waiting_changes() -> QuerySet[RulesChange]:
    """What waits for a second person, over all tenants of the scope; the oldest first."""
    rows = RulesChange.objects.filter(state=RulesChangeState.WAITING)
    return rows.select_related("tenant", "requested_by").order_by("requested_at")
