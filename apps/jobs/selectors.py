"""Reading jobs. All but the last need a scope."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.core.errors import NotFound
from apps.jobs.choices import UNFINISHED
from apps.jobs.models import MOVED_AT, Job
from apps.tenants.models import Tenant


def jobs_of(tenant: Tenant) -> QuerySet[Job]:
    """A tenant's jobs, newest first."""
    return Job.objects.filter(tenant=tenant).order_by("-created_at", "-id")


def unfinished_jobs(tenant: Tenant, *, kind: str = "") -> QuerySet[Job]:
    """A tenant's jobs that wait or run, oldest first."""
    rows = Job.objects.filter(tenant=tenant, state__in=UNFINISHED).order_by("created_at", "id")
    return rows.filter(kind=kind) if kind else rows


def moved_since(moment: datetime) -> QuerySet[Any]:
    """Jobs about which something was written after a moment, with when as `moved_at`, in order.

    By an index, whatever number of tenants the scope has.
    """
    return with_moments().filter(moved_at__gt=moment).order_by("moved_at", "id")


def with_moments() -> QuerySet[Any]:
    """Jobs with `moved_at`: when anything about them was written last."""
    return Job.objects.annotate(moved_at=MOVED_AT)


def job(job_id: UUID) -> Job:
    """A job inside the scope. Raises NotFound."""
    found = Job.objects.select_related("tenant").filter(pk=job_id).first()
    if found is None:
        raise NotFound("There is no such job.", code="no-such-job")
    return found
