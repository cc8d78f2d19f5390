"""Saying that a recovery point objective is missed, why, and that it is met again."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.scope import tenant_scope
from apps.history.cadence.times import widest_gap
from apps.history.models import ObjectiveGap
from apps.history.retention.telling import tell_managers
from apps.jobs.choices import UNFINISHED, JobState
from apps.jobs.models import Job
from apps.notify.choices import EventKind
from apps.notify.problems import open_problem, resolve_problems
from apps.tenants.choices import ConnectionState, Purpose
from apps.tenants.models import BackupPolicy, Connection, Tenant

# A capture that is a few minutes late is no news.
TELL_AFTER: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an objective is missed. key: what people are told once by."""

    key: str
    words: str


def cause_of(tenant: Tenant) -> Cause:
    """The most telling reason for there being no fresh recovery point. Needs the tenant's scope."""
    policy = BackupPolicy.objects.filter(tenant=tenant).first()
    schedule = policy.schedule if policy else None
    if schedule is not None and not schedule.enabled:
        return Cause("paused", "Its captures are paused.")
    connections = Connection.objects.filter(tenant=tenant, registration__purpose=Purpose.BACKUP)
    states = set(connections.values_list("state", flat=True))
    if not states & {ConnectionState.CONNECTED, ConnectionState.INCOMPLETE}:
        return Cause("connection", "Its connection does not work.")
    captures = Job.objects.filter(tenant=tenant, kind="capture").order_by("-created_at")
    ended = captures.exclude(state__in=UNFINISHED).first()
    if ended is not None and ended.state == JobState.FAILED:
        return Cause(f"failed:{ended.error_code}", f"Its captures fail. {ended.error_text}")
    gap = widest_gap(schedule) if schedule else None
    if schedule is not None and gap is not None and gap > schedule.objective:
        return Cause("schedule", "Its schedule leaves more time between captures than was agreed.")
    if captures.filter(state__in=UNFINISHED).exists():
        return Cause("waiting", "A capture waits for its turn, or is under way.")
    return Cause("late", "Its last captures could not read all of it, or none was made.")


def tell_of_gap(gap: ObjectiveGap) -> None:
    """Mail to whoever sets the tenant's schedule, once for each cause of a gap."""
    if clock.now() - gap.began_at < TELL_AFTER:
        return
    with tenant_scope(gap.tenant_id), transaction.atomic():
        cause = cause_of(gap.tenant)
        if cause.key in gap.told or (cause.key == "waiting" and gap.told):
            return
        row = ObjectiveGap.objects.select_for_update().get(pk=gap.pk)
        if cause.key in row.told:
            return
        row.told = [*row.told, cause.key]
        row.save(update_fields=["told"])
        name = gap.tenant.name
        text = (
            f"The newest recovery point of {name} is older than the {_hours(gap.objective)} that "
            f"were agreed, since {gap.began_at:%d %B %Y, %H:%M} UTC.\n\n{cause.words}"
        )
        tell_managers(gap.tenant, f"{name} misses its recovery point objective", text)
        _record(gap, "objective.missed", cause=cause.key)
        open_problem(EventKind.SNAPSHOT_OVERDUE, gap.tenant, "objective")


def tell_that_it_is_over(gap: ObjectiveGap) -> None:
    """The same people are told that it is met again, if they were told that it was not."""
    if gap.told:
        name = gap.tenant.name
        text = (
            f"{name} has a recent recovery point again. It had none from "
            f"{gap.began_at:%d %B %Y, %H:%M} UTC on, for {_hours(clock.now() - gap.began_at)}."
        )
        tell_managers(gap.tenant, f"{name} meets its recovery point objective again", text)
        _record(gap, "objective.met")
        resolve_problems(EventKind.SNAPSHOT_OVERDUE, gap.tenant)


def _record(gap: ObjectiveGap, event: str, **said: str) -> None:
    audit.record(
        actor=SYSTEM,
        event=event,
        tenant_id=gap.tenant_id,
        msp_id=gap.tenant.msp_id,
        subject=gap.tenant.name,
        data=said,
    )


def _hours(time: timedelta) -> str:
    minutes = max(1, round(time.total_seconds() / 60))
    return f"{minutes} minutes" if minutes < 120 else f"{minutes / 60:.0f} hours"
