"""Reading how many tenants stand, in as many queries as for one. Needs a scope of them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Extract, JSONObject

from apps.core import clock
from apps.core.json_rows import json_rows
from apps.diffs.lately import changes_since
from apps.history.cadence import objectives
from apps.history.cadence.objectives import Freshness
from apps.history.models import Snapshot, Verification
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.portal.dashboard.facts import (
    FAILED_FOR,
    LATELY,
    NOTHING,
    Consent,
    Drilled,
    Facts,
    Newest,
    Told,
    Verified,
    consent_of,
)
from apps.recovery.choices import RequestState
from apps.recovery.drills.choices import DrillState
from apps.recovery.drills.models import Drill
from apps.recovery.models import RecoveryRequest
from apps.tenants.choices import TenantState
from apps.tenants.models import Connection, Tenant, TenantTag
from apps.tenants.schedules import CaptureSchedule

# A drill that was called off says nothing.
DRILLED: Final = (*DrillState.tested(), DrillState.FAILED)


def facts_of(tenants: Sequence[Tenant]) -> list[Facts]:
    """How each of the tenants stands, which are those of the scope. Four queries."""
    agreed, consents, work = _agreed(), _consents(), _work()
    lately = changes_since(clock.now() - LATELY)
    unknown, idle = _Agreed(), _Work()
    return [
        Facts(
            tenant,
            **_told(tenant, agreed.get(tenant.pk, unknown)),
            consent=consents.get(tenant.pk),
            running=work.get(tenant.pk, idle).running,
            failed=work.get(tenant.pk, idle).failed,
            lately=lately.get(tenant.pk, NOTHING),
        )
        for tenant in tenants
    ]


def freshness(
    tenant: Tenant, objective: timedelta | None, reached_at: datetime | None, newest: Newest | None
) -> Freshness:
    """A tenant's recovery point. objective: None where nothing was agreed.

    A tenant that nobody has connected yet, such as one that was imported, owes none.
    """
    if reached_at is None and newest is not None:
        reached_at = newest.taken_at
    agreed = objective or CaptureSchedule().objective
    if tenant.state == TenantState.PENDING:
        return Freshness(tenant.pk, agreed, reached_at, None)
    return objectives.fresh(tenant.pk, agreed, reached_at, tenant.created_at)


class _Agreed(NamedTuple):
    """What was agreed and what is known of a tenant, as one row has it."""

    objective: timedelta | None = None
    reached_at: datetime | None = None
    newest: Newest | None = None
    verified: Verified | None = None
    drilled: Drilled | None = None
    waiting: int | None = None
    tags: Sequence[str] = ()


def _told(tenant: Tenant, agreed: _Agreed) -> dict[str, Any]:
    return {
        "point": freshness(tenant, agreed.objective, agreed.reached_at, agreed.newest),
        "newest": agreed.newest,
        "verified": agreed.verified,
        "drilled": agreed.drilled,
        "waiting": agreed.waiting or 0,
        "tags": tuple(agreed.tags),
    }


def _agreed() -> dict[UUID, _Agreed]:
    of_tenant = OuterRef("pk")
    newest = Snapshot.objects.filter(tenant=of_tenant).order_by("-seq")
    verified = Verification.objects.filter(tenant=of_tenant).order_by("-ended_at")
    drilled = Drill.objects.filter(tenant=of_tenant, state__in=DRILLED).order_by("-requested_at")
    waiting = RecoveryRequest.objects.filter(tenant=of_tenant, state=RequestState.WAITING)
    tags = TenantTag.objects.filter(tenant=of_tenant).order_by("tag__name")
    told = JSONObject(
        tenant="pk",
        objective=Extract("backup_policy__objective", "epoch"),
        reached_at="recovery_point__reached_at",
        newest=Subquery(
            newest.values(told=JSONObject(seq="seq", at="taken_at", whole="complete"))[:1]
        ),
        verified=Subquery(
            verified.values(
                told=JSONObject(at="ended_at", damage="damage_in_all", unchecked="unchecked")
            )[:1]
        ),
        drilled=Subquery(drilled.values(told=JSONObject(at="finished_at", state="state"))[:1]),
        waiting=Subquery(waiting.order_by().values("tenant").annotate(n=Count("pk")).values("n")),
        tags=ArraySubquery(tags.values("tag__name")),
    )
    rows = json_rows(Tenant.objects.exclude(state=TenantState.REMOVED), told)
    return {UUID(found["tenant"]): _agreed_as(found) for found in rows}


def _agreed_as(told: Mapping[str, Any]) -> _Agreed:
    """One tenant's answer."""
    seconds, newest, verified = told["objective"], told["newest"], told["verified"]
    return _Agreed(
        None if seconds is None else timedelta(seconds=seconds),
        _time(told["reached_at"]),
        Newest(newest["seq"], _at(newest), newest["whole"]) if newest else None,
        Verified(_at(verified), verified["damage"], bool(verified["unchecked"]))
        if verified
        else None,
        drilled_as(told["drilled"]),
        told["waiting"],
        told["tags"],
    )


def drilled_as(told: Mapping[str, Any] | None) -> Drilled | None:
    """A drill as a query tells it."""
    return Drilled(_at(told), told["state"]) if told else None


def _at(told: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(told["at"])


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _consents() -> dict[UUID, Consent]:
    told = JSONObject(
        tenant="tenant_id",
        purpose="registration__purpose",
        state="state",
        problem="problem",
        missing=Func("missing", function="jsonb_array_length"),
        checked_at="checked_at",
        at="registration__not_after",
    )
    by_tenant: dict[UUID, list[Told]] = defaultdict(list)
    for one in json_rows(Connection.objects.all(), told):
        checked_at = _time(one["checked_at"])
        consent = Consent(one["state"], one["problem"], one["missing"], checked_at, _at(one))
        by_tenant[UUID(one["tenant"])].append(Told(one["purpose"], consent))
    found = {tenant_id: consent_of(connections) for tenant_id, connections in by_tenant.items()}
    return {tenant_id: consent for tenant_id, consent in found.items() if consent}


class _Work(NamedTuple):
    running: str = ""
    failed: tuple[str, ...] = ()


def _work() -> dict[UUID, _Work]:
    """What runs, and what failed in the last days and was not done since. Each state finds its
    partial index."""
    unfinished = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING)
    lately = Q(state=JobState.FAILED, finished_at__gte=clock.now() - FAILED_FOR)
    rows = Job.objects.filter(unfinished | (lately & ~Exists(_done_since()))).order_by("created_at")
    found: dict[UUID, _Work] = {}
    for tenant_id, kind, state in rows.values_list("tenant_id", "kind", "state"):
        before = found.get(tenant_id, _Work())
        if state == JobState.FAILED:
            kinds = dict.fromkeys((*before.failed, kind))
            found[tenant_id] = before._replace(failed=tuple(kinds))
        else:
            found[tenant_id] = before._replace(running=JobState(state).label)
    return found


def _done_since() -> QuerySet[Job]:
    """Of the tenant of a job, which the outer query keeps to the scope."""
    return Job._base_manager.filter(
        tenant=OuterRef("tenant"),
        kind=OuterRef("kind"),
        state=JobState.DONE,
        created_at__gt=OuterRef("created_at"),
    )
