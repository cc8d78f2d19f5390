"""Changing what keeps a tenant's snapshots. What only lengthens acts at once; what lets a snapshot
go earlier waits for a second person, and then out its grace period."""

from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction

from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, Stale
from apps.core.scope import tenant_scope
from apps.history.choices import KeepChangeState as State
from apps.history.models import KeepTemplate, TemplateKeepChange, TenantKeepChange
from apps.history.retention import deciding, settling, telling
from apps.history.retention.agreed import Agreed, agreed, put_in_force
from apps.history.retention.previews import preview
from apps.history.retention.rules import KeepRules, zone
from apps.history.retention.selectors import Picture
from apps.tenants.models import Tenant


@transaction.atomic
def change_retention(
    *,
    actor: Actor,
    tenant: Tenant,
    template: KeepTemplate | None = None,
    rules: KeepRules | None = None,
    time_zone: str | None = None,
    reason: str = "",
) -> TenantKeepChange:
    """Follow a template, or have rules of one's own, or count days in another time zone.

    The change that is returned is in force, or waits for a second person. Raises NotFound,
    NotAllowed; Invalid for both a template and rules, for a shortening without a reason, and where
    nothing would change; Conflict while another change is open, of the tenant or the template.
    """
    user_id = deciding.require_manager(actor, tenant)
    with tenant_scope(tenant.pk):
        picture = Picture(tenant)
        after = _after(picture.now, tenant, template, rules, time_zone)
        if after == picture.now:
            raise Invalid("This is how it is already.", code="nothing-changes")
        shortens = preview(picture, after).shortens
        if shortens:
            reason = deciding.good_reason(reason)
        change = _make(
            tenant=tenant,
            state=State.WAITING if shortens else State.IN_FORCE,
            before=picture.now.plain(),
            after=after.plain(),
            shortens=shortens,
            reason=reason,
            requested_by_id=user_id,
        )
        if shortens:
            telling.ask_approvers(tenant, "keep snapshots for a shorter time")
        else:
            put_in_force(tenant, after)
    event = "retention.shortening_asked" if shortens else "retention.changed"
    _record(actor, event, change, reason=reason, **_sides(change))
    return change


def _after(
    now: Agreed,
    tenant: Tenant,
    template: KeepTemplate | None,
    rules: KeepRules | None,
    time_zone: str | None,
) -> Agreed:
    after = now
    if template is not None and rules is not None:
        raise Invalid("Either a template or rules of its own.", code="template-or-rules")
    if rules is not None:
        after = replace(after, rules=rules, template_id=None)
    if template is not None:
        _refuse_unfit(template, tenant)
        followed = KeepRules.from_plain(template.rules)
        after = replace(after, rules=followed, template_id=template.pk)
    if time_zone is not None:
        after = replace(after, time_zone=zone(time_zone).key)
    return after


def _refuse_unfit(template: KeepTemplate, tenant: Tenant) -> None:
    if template.msp_id != tenant.msp_id:
        raise Invalid("There is no such template.", code="no-such-template")
    open_changes = TemplateKeepChange.objects.filter(template=template, state__in=State.open())
    if open_changes.exists():
        raise Conflict(
            "This template is about to be changed.",
            code="template-changing",
            safe="Nothing was changed.",
            todo="Wait until that is settled, or cancel it.",
        )


def _make(**values: Any) -> TenantKeepChange:
    tenant = values["tenant"]
    try:
        with transaction.atomic():
            waits = TenantKeepChange.objects.filter(tenant=tenant, state__in=State.open())
            if waits.exists():
                raise settling.already_open()
            return TenantKeepChange.objects.create(**values)
    except IntegrityError:
        raise settling.already_open() from None


@transaction.atomic
def approve(*, actor: Actor, change: TenantKeepChange, reason: str = "") -> TenantKeepChange:
    """Agree that snapshots go earlier. The grace period begins; until its end nothing goes.

    Raises NotFound; NotAllowed for whoever asked for it; Stale when what it leads to is not what
    was asked for any more; Conflict when it was settled before.
    """
    tenant = change.tenant
    deciding.require_second_person(actor, tenant, [change.requested_by_id])
    with tenant_scope(tenant.pk):
        _refuse_stale(tenant, change)
        settling.begin_grace(actor, change, reason)
        telling.tell_of_grace(tenant, change)
    _record(actor, "retention.shortening_approved", change, reason=reason, **_grace(change))
    return change


@transaction.atomic
def refuse(*, actor: Actor, change: TenantKeepChange, reason: str = "") -> TenantKeepChange:
    """Say no to a shortening. Raises NotFound, NotAllowed, Conflict."""
    deciding.require_second_person(actor, change.tenant, [change.requested_by_id])
    with tenant_scope(change.tenant_id):
        settling.refuse(actor, change, reason)
    _record(actor, "retention.shortening_refused", change, reason=reason)
    return change


@transaction.atomic
def cancel(*, actor: Actor, change: TenantKeepChange, reason: str = "") -> TenantKeepChange:
    """Take a shortening back before it takes effect; whoever manages may. Nothing goes.

    Raises NotFound, NotAllowed, Conflict.
    """
    deciding.require_manager(actor, change.tenant)
    with tenant_scope(change.tenant_id):
        settling.cancel(actor, change)
    _record(actor, "retention.shortening_cancelled", change, reason=reason)
    return change


def _refuse_stale(tenant: Tenant, change: TenantKeepChange) -> None:
    after = Agreed.from_plain(change.after)
    if agreed(tenant) != Agreed.from_plain(change.before) or not still_leads_to(after):
        raise Stale(
            "What this tenant or its template is kept by was changed since this was asked for.",
            code="retention-stale",
            safe="Nothing was approved: every snapshot stays.",
            todo="Cancel this, look at the preview, and ask again.",
        )


def still_leads_to(after: Agreed) -> bool:
    """Whether the template that would be followed still has the rules that were previewed."""
    if after.template_id is None:
        return True
    template = KeepTemplate.objects.filter(pk=after.template_id).first()
    return template is not None and KeepRules.from_plain(template.rules) == after.rules


def _sides(change: TenantKeepChange) -> dict[str, Any]:
    return {"before": change.before, "after": change.after}


def _grace(change: TenantKeepChange) -> dict[str, str]:
    until = change.takes_effect_at or clock.now()
    return {"takes_effect": until.isoformat(timespec="minutes")}


def _record(
    actor: Actor, event: str, change: TenantKeepChange, *, reason: str = "", **said: Any
) -> None:
    deciding.record(actor, event, change.tenant, reason=reason, change=str(change.pk), **said)
