"""What is wrong until it ends: told once, and once more when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from apps.core import clock
from apps.core.scope import tenant_scope
from apps.notify.choices import EventKind
from apps.notify.events import Value, raise_event
from apps.notify.models import Problem
from apps.tenants.models import Tenant


@transaction.atomic
def open_problem(
    kind: EventKind,
    tenant: Tenant,
    cause: str,
    data: Mapping[str, Value] | None = None,
    subjects: Mapping[str, UUID | int] | None = None,
) -> bool:
    """Note that something is wrong, and tell it unless the same is open already; whether it told.

    cause: what makes it the same problem, at most 200 characters, no personal data.
    """
    now = clock.now()
    with tenant_scope(tenant.pk):
        is_open = {"tenant": tenant, "kind": kind, "cause": cause, "resolved_at": None}
        _, created = Problem.objects.get_or_create(
            **is_open, defaults={"opened_at": now, "seen_at": now}
        )
        if not created:
            Problem.objects.filter(**is_open).update(seen_at=now)
            return False
    raise_event(kind, tenant, {**(data or {}), "cause": cause}, subjects)
    return True


@transaction.atomic
def resolve_problems(kind: EventKind, tenant: Tenant, *, about: str = "") -> int:
    """Note that what was wrong is over, and tell so; how many problems ended. One query if none.

    about: only causes that begin with it.
    """
    now = clock.now()
    with tenant_scope(tenant.pk):
        rows = Problem.objects.filter(
            tenant=tenant, kind=kind, resolved_at=None, cause__startswith=about
        )
        ended = [one for one in rows if _end(one)]
    for one in ended:
        minutes = int((now - one.opened_at).total_seconds() // 60)
        raise_event(kind, tenant, {"cause": one.cause, "minutes": minutes}, resolved=True)
    return len(ended)


def _end(problem: Problem) -> bool:
    """Whether it was we who ended it."""
    still = Problem.objects.filter(pk=problem.pk, resolved_at=None)
    return still.update(resolved_at=clock.now()) == 1
