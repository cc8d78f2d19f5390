"""What is agreed about a tenant's retention: its rules, where they come from, what is to change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from apps.history.choices import KeepChangeState
from apps.history.models import (
    KeepChange,
    KeepTemplate,
    TemplateKeepChange,
    TenantKeepChange,
    TenantRetention,
)
from apps.history.retention.rules import DEFAULT_RULES, KeepRules, zone
from apps.tenants.models import BackupPolicy, Tenant


@dataclass(frozen=True, slots=True)
class Agreed:
    """The rules of a tenant, the template they are if they are one, and the zone of its days."""

    rules: KeepRules
    time_zone: str = "UTC"
    template_id: UUID | None = None

    @property
    def zone(self) -> ZoneInfo:
        return zone(self.time_zone)

    def plain(self) -> dict[str, Any]:
        """As a change of retention keeps it."""
        return {
            "rules": self.rules.plain(),
            "time_zone": self.time_zone,
            "template": str(self.template_id) if self.template_id else None,
        }

    @classmethod
    def from_plain(cls, values: dict[str, Any]) -> "Agreed":
        """The same again."""
        template = values["template"]
        rules = KeepRules.from_plain(values["rules"])
        return cls(rules, values["time_zone"], UUID(template) if template else None)


@dataclass(frozen=True, slots=True)
class ToCome:
    """What is agreed for later: a change in its grace period."""

    change: KeepChange
    after: Agreed
    takes_effect_at: datetime


def grace() -> timedelta:
    """Between the second person's yes and the first snapshot that goes."""
    return timedelta(days=settings.HOLDFAST_RETENTION_GRACE_DAYS)


def agreed(tenant: Tenant) -> Agreed:
    """What is in force for the tenant now. Needs a scope that has it."""
    row = TenantRetention.objects.select_related("template").filter(tenant=tenant).first()
    if row is None:
        return Agreed(DEFAULT_RULES)
    source = row.template.rules if row.template else row.rules
    rules = KeepRules.from_plain(source) if source else DEFAULT_RULES
    return Agreed(rules, row.time_zone, row.template_id)


def to_come(changes: Iterable[TenantKeepChange], now: Agreed) -> list[ToCome]:
    """What is agreed and waits for the end of its grace period: of a tenant, of its template.

    changes: all of the tenant's.
    """
    own = (one for one in changes if one.state == KeepChangeState.GRACE)
    found = [_to_come(change, Agreed.from_plain(change.after)) for change in own]
    if now.template_id:
        of_template = TemplateKeepChange.objects.filter(
            template_id=now.template_id, state=KeepChangeState.GRACE
        )
        for change in of_template:
            rules = KeepRules.from_plain(change.after["rules"])
            found.append(_to_come(change, Agreed(rules, now.time_zone, now.template_id)))
    return sorted(found, key=lambda one: one.takes_effect_at)


def _to_come(change: KeepChange, after: Agreed) -> ToCome:
    if change.takes_effect_at is None:
        raise ValueError("a change in its grace period says when it takes effect")
    return ToCome(change, after, change.takes_effect_at)


def put_in_force(tenant: Tenant, after: Agreed) -> None:
    """Make it what is in force. Whether that may be is asked by who calls."""
    own = None if after.template_id else after.rules.plain()
    TenantRetention.objects.update_or_create(
        tenant=tenant,
        defaults={"template_id": after.template_id, "rules": own, "time_zone": after.time_zone},
        create_defaults={
            "msp_id": tenant.msp_id,
            "template_id": after.template_id,
            "rules": own,
            "time_zone": after.time_zone,
        },
    )


def follow_for_new(tenant: Tenant) -> None:
    """A tenant without snapshots follows the template that its MSP has for new ones, if any."""
    template = KeepTemplate.objects.filter(msp_id=tenant.msp_id, for_new=True).first()
    if template is None or TenantRetention.objects.filter(tenant=tenant).exists():
        return
    policy = BackupPolicy.objects.filter(tenant=tenant).first() or BackupPolicy(tenant=tenant)
    rules = KeepRules.from_plain(template.rules)
    put_in_force(tenant, Agreed(rules, policy.time_zone, template.pk))
