"""How long the demo's customers keep, and when they are captured."""

from __future__ import annotations

from datetime import timedelta

from apps.access.models import User
from apps.core.scope import no_scope, tenant_scope
from apps.history.cadence import services as cadence
from apps.history.models import Snapshot
from apps.history.retention import pins, templates
from apps.history.retention.rules import DEFAULT_RULES, KeepRules
from apps.tenants.models import MSP, Tenant
from apps.tenants.schedules import Blackout, CaptureSchedule

# What an MSP sells: the second is for customers that pay for less.
TEMPLATES = {
    "Standard": DEFAULT_RULES,
    "Basic": KeepRules(all_days=7, daily=31, monthly=12, yearly=1),
}
OFFICE_MORNING = Blackout((0, 1, 2, 3, 4), 8, 10)


@no_scope("the demo fills an empty installation")
def make_templates(msp: MSP, manager: User) -> None:
    """Customers that are connected from now on follow the first one."""
    actor = manager.as_actor()
    for number, (name, rules) in enumerate(TEMPLATES.items()):
        templates.create_template(actor=actor, msp=msp, name=name, rules=rules, for_new=number == 0)


def set_schedule(tenant: Tenant, manager: User) -> None:
    """Captures around the office's busiest hours, and a recovery point every four hours."""
    schedule = CaptureSchedule(
        time_zone="Europe/Zurich",
        full_hour=3,
        delta_every=timedelta(minutes=30),
        objective=timedelta(hours=4),
        blackouts=(OFFICE_MORNING,),
    )
    with tenant_scope(tenant.pk):
        cadence.set_schedule(actor=manager.as_actor(), tenant=tenant, schedule=schedule)


def pin_first_snapshot(tenant: Tenant, manager: User) -> None:
    """The state in which the customer was taken over stays for good."""
    with tenant_scope(tenant.pk):
        first = Snapshot.objects.filter(tenant=tenant).order_by("seq").first()
        if first is not None:
            reason = "The state in which we took the customer over"
            pins.pin_snapshot(
                actor=manager.as_actor(), tenant=tenant, snapshot=first, reason=reason
            )
