"""What was agreed comes into force when its grace period is over."""

from django.db import transaction

from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict
from apps.core.scope import no_scope, tenant_scope
from apps.history.choices import KeepChangeState as State
from apps.history.models import TemplateKeepChange, TenantKeepChange
from apps.history.retention import deciding, settling, templates
from apps.history.retention.agreed import Agreed, put_in_force
from apps.history.retention.changes import still_leads_to


def take_effect_where_due() -> int:
    """Put every change in force whose grace period is over; how many. Two queries for none."""
    now = clock.now()
    with no_scope("changes of retention take effect when their time has come"):
        due = {"state": State.GRACE, "takes_effect_at__lte": now}
        of_templates = list(
            TemplateKeepChange.objects.filter(**due).select_related("template__msp")
        )
        of_tenants = list(TenantKeepChange.objects.filter(**due).select_related("tenant"))
        number = sum(_of_template(change) for change in of_templates)
    return number + sum(_of_tenant(change) for change in of_tenants)


def _of_template(change: TemplateKeepChange) -> bool:
    try:
        with transaction.atomic():
            templates.take_effect(change)
            deciding.record(
                SYSTEM,
                "keep_template.changed",
                change.template.msp,
                template=str(change.template_id),
                change=str(change.pk),
                before=change.before["rules"],
                after=change.after["rules"],
            )
    except Conflict:
        return False
    return True


def _of_tenant(change: TenantKeepChange) -> bool:
    tenant = change.tenant
    after = Agreed.from_plain(change.after)
    try:
        with tenant_scope(tenant.pk), transaction.atomic():
            fits = still_leads_to(after)
            if fits:
                settling.take_effect(change)
                put_in_force(tenant, after)
            else:
                # Nobody has seen a preview of what the template is by now.
                settling.cancel(SYSTEM, change)
            event = "retention.changed" if fits else "retention.shortening_cancelled"
            sides = {"before": change.before, "after": change.after} if fits else {}
            deciding.record(SYSTEM, event, tenant, change=str(change.pk), **sides)
    except Conflict:
        return False
    return True
