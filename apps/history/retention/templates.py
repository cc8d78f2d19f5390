"""Keep templates of an MSP. A change of one changes every tenant that follows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet

from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.scope import no_scope
from apps.history.choices import KeepChangeState as State
from apps.history.models import KeepTemplate, TemplateKeepChange, TenantRetention
from apps.history.retention import deciding, settling, telling
from apps.history.retention.rules import KeepRules
from apps.tenants.models import MSP, Tenant


def templates(msp: MSP) -> QuerySet[KeepTemplate]:
    """An MSP's templates by name."""
    return KeepTemplate.objects.filter(msp=msp).order_by("name")


def access_template(msp: MSP, template_id: UUID) -> KeepTemplate:
    """One template of this MSP's. Raises NotFound."""
    found = templates(msp).select_related("msp").filter(pk=template_id).first()
    if found is None:
        raise NotFound("There is no such template.")
    return found


def template_changes(msp: MSP) -> QuerySet[TemplateKeepChange]:
    """Changes of the MSP's templates, newest first."""
    people = ("requested_by", "decided_by", "ended_by", "template__msp")
    rows = TemplateKeepChange.objects.filter(msp=msp).select_related(*people)
    return rows.order_by("-requested_at", "-id")


def access_template_change(msp: MSP, change_id: UUID) -> TemplateKeepChange:
    """One change of a template of this MSP's. Raises NotFound."""
    found = template_changes(msp).filter(pk=change_id).first()
    if found is None:
        raise NotFound("There is no such change of retention.")
    return found


def follower_counts(msp: MSP) -> dict[UUID, int]:
    """How many tenants follow each template. For whoever has a right on the whole MSP."""
    with no_scope("whoever sees an MSP's templates sees how many tenants follow them"):
        counted = TenantRetention.objects.filter(msp=msp, template__isnull=False)
        rows = counted.values_list("template").annotate(number=Count("pk"))
        return {template: number for template, number in rows if template is not None}


def followers(template: KeepTemplate) -> QuerySet[Tenant]:
    """The tenants that follow a template, by name. For whoever has a right on the whole MSP."""
    with no_scope("whoever sees an MSP's templates sees which tenants follow them"):
        rows = TenantRetention.objects.filter(template=template)
        ids = list(rows.values_list("tenant_id", flat=True))
    return Tenant.objects.filter(pk__in=ids, msp=template.msp_id).order_by("name", "pk")


@transaction.atomic
def create_template(
    *, actor: Actor, msp: MSP, name: str, rules: KeepRules, for_new: bool = False
) -> KeepTemplate:
    """Make a template. for_new: tenants that are connected from now on follow it.

    Raises NotFound, NotAllowed, Invalid for no name, Conflict for one that there is.
    """
    deciding.require_manager(actor, msp)
    with _unless_there_is_one():
        template = KeepTemplate.objects.create(msp=msp, name=_good_name(name), rules=rules.plain())
    deciding.record(
        actor, "keep_template.created", msp, template=str(template.pk), after=rules.plain()
    )
    if for_new:
        use_for_new(actor=actor, template=template)
    return template


@transaction.atomic
def rename_template(*, actor: Actor, template: KeepTemplate, name: str) -> None:
    """Call a template something else; who follows it goes on following it.

    Raises NotFound, NotAllowed, Invalid for no name, Conflict for one that there is.
    """
    deciding.require_manager(actor, template.msp)
    with _unless_there_is_one():
        KeepTemplate.objects.filter(pk=template.pk).update(name=_good_name(name))
    template.refresh_from_db()
    deciding.record(actor, "keep_template.renamed", template.msp, template=str(template.pk))


@transaction.atomic
def use_for_new(*, actor: Actor, template: KeepTemplate) -> None:
    """Have tenants that are connected from now on follow this template. Raises NotFound,
    NotAllowed. Tenants that are there already stay as they are."""
    deciding.require_manager(actor, template.msp)
    KeepTemplate.objects.filter(msp=template.msp_id, for_new=True).update(for_new=False)
    KeepTemplate.objects.filter(pk=template.pk).update(for_new=True)
    template.refresh_from_db()
    deciding.record(actor, "keep_template.for_new", template.msp, template=str(template.pk))


@transaction.atomic
def change_template(
    *, actor: Actor, template: KeepTemplate, rules: KeepRules, reason: str = ""
) -> TemplateKeepChange:
    """Change the rules of a template, and so of all who follow it.

    Any number that becomes smaller counts as a shortening, whether a tenant's snapshots are
    touched by it or not. Raises NotFound, NotAllowed, Invalid, Conflict.
    """
    user_id = deciding.require_manager(actor, template.msp)
    before = KeepRules.from_plain(template.rules)
    if rules == before:
        raise Invalid("These are its rules already.", code="nothing-changes")
    shortens = not rules.reaches(before)
    if shortens:
        reason = deciding.good_reason(reason)
    change = _make(
        msp=template.msp,
        template=template,
        state=State.WAITING if shortens else State.IN_FORCE,
        before={"rules": before.plain()},
        after={"rules": rules.plain()},
        shortens=shortens,
        reason=reason,
        requested_by_id=user_id,
    )
    if shortens:
        telling.ask_msp_approvers(template.msp, f"shorten the template {template.name}")
    else:
        _put_in_force(change)
    event = "keep_template.shortening_asked" if shortens else "keep_template.changed"
    _record(actor, event, change, reason=reason, before=before.plain(), after=rules.plain())
    return change


@transaction.atomic
def approve_template(
    *, actor: Actor, change: TemplateKeepChange, reason: str = ""
) -> TemplateKeepChange:
    """Agree to shorten a template; the grace period begins.

    Raises NotFound, NotAllowed, Conflict.
    """
    msp = change.template.msp
    deciding.require_second_person(actor, msp, [change.requested_by_id])
    settling.begin_grace(actor, change, reason)
    telling.tell_msp_of_grace(msp, change)
    until = change.takes_effect_at or clock.now()
    said = {"takes_effect": until.isoformat(timespec="minutes")}
    _record(actor, "keep_template.shortening_approved", change, reason=reason, **said)
    return change


@transaction.atomic
def refuse_template(
    *, actor: Actor, change: TemplateKeepChange, reason: str = ""
) -> TemplateKeepChange:
    """Say no to a shorter template. Raises NotFound, NotAllowed, Conflict."""
    deciding.require_second_person(actor, change.template.msp, [change.requested_by_id])
    settling.refuse(actor, change, reason)
    _record(actor, "keep_template.shortening_refused", change, reason=reason)
    return change


@transaction.atomic
def cancel_template(
    *, actor: Actor, change: TemplateKeepChange, reason: str = ""
) -> TemplateKeepChange:
    """Take a shorter template back before it takes effect.

    Raises NotFound, NotAllowed, Conflict.
    """
    deciding.require_manager(actor, change.template.msp)
    settling.cancel(actor, change)
    _record(actor, "keep_template.shortening_cancelled", change, reason=reason)
    return change


def take_effect(change: TemplateKeepChange) -> None:
    """Its grace period is over. Raises Conflict for one that was cancelled meanwhile."""
    settling.take_effect(change)
    _put_in_force(change)


def _good_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 80:
        raise Invalid("A template needs a name of at most 80 characters.", code="template-name")
    return name


@contextmanager
def _unless_there_is_one() -> Iterator[None]:
    """For a statement that gives a template its name."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise Conflict("There is a template with this name.", code="template-exists") from None


def _put_in_force(change: TemplateKeepChange) -> None:
    KeepTemplate.objects.filter(pk=change.template_id).update(rules=change.after["rules"])
    change.template.refresh_from_db()


def _make(**values: Any) -> TemplateKeepChange:
    try:
        with transaction.atomic():
            return TemplateKeepChange.objects.create(**values)
    except IntegrityError:
        raise settling.already_open() from None


def _record(actor: Actor, event: str, change: TemplateKeepChange, **said: Any) -> None:
    template = str(change.template_id)
    deciding.record(
        actor, event, change.template.msp, template=template, change=str(change.pk), **said
    )
