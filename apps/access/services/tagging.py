"""Tags on an MSP's tenants. They sort, and groups may cover tenants by them."""

from collections.abc import Iterable

from django.db.models import QuerySet

from apps.access import rights
from apps.access.models import AccessGroup, GroupTag
from apps.access.services import guards
from apps.access.services.acting import acting
from apps.access.services.safeguards import kept
from apps.access.sides import side_of
from apps.core.actor import Actor
from apps.core.errors import Invalid, NotAllowed
from apps.tenants.models import MSP, Tag, Tenant, TenantTag

LONGEST = 40
MOST = 20


@acting
def set_tags(*, actor: Actor, tenant: Tenant, tags: Iterable[str]) -> list[Tag]:
    """Make these the tenant's tags; groups that cover by them do so at once.

    The actor must be of the MSP and manage the tenant. Where a group is concerned he must also
    manage people there, must not be in it, and must hold himself what it gives. Raises Conflict
    when nobody would be left who could approve, Invalid, NotAllowed, NotFound.
    """
    guards.hold_people_of(tenant)
    guards.require(actor, rights.MANAGE_TENANT, tenant)
    _require_msp_side(actor, tenant)
    before = _names(tenant)
    wanted = tags_named(tenant.msp, tags)
    _require_groups_allow(actor, tenant, wanted)
    with kept(tenant.msp_id):
        TenantTag.objects.filter(tenant=tenant).exclude(tag__in=wanted).delete()
        for tag in wanted:
            TenantTag.objects.get_or_create(tenant=tenant, tag=tag, defaults={"msp": tenant.msp})
    drop_unused_tags(tenant.msp)
    after = _names(tenant)
    if after != before:
        guards.record(
            actor,
            "tenant.tagged",
            tenant,
            tenant.name,
            before={"tags": before},
            after={"tags": after},
        )
    return wanted


def tags_named(msp: MSP, names: Iterable[str]) -> list[Tag]:
    """The MSP's tags of these names, made where they are missing. Case does not count.

    Raises Invalid for more than 20, or a name longer than 40 characters.
    """
    wanted = {name.lower(): name for name in (" ".join(raw.split()) for raw in names) if name}
    if len(wanted) > MOST or any(len(name) > LONGEST for name in wanted):
        raise Invalid(f"At most {MOST} tags of {LONGEST} characters.", code="tags")
    present = {tag.name.lower(): tag for tag in Tag.objects.filter(msp=msp)}
    return [
        present.get(key) or Tag.objects.create(msp=msp, name=name)
        for key, name in sorted(wanted.items())
    ]


def drop_unused_tags(msp: MSP) -> None:
    """Forget the tags that no tenant carries and no group covers."""
    Tag.objects.filter(msp=msp, tenant_tags__isnull=True, group_tags__isnull=True).delete()


def _require_msp_side(actor: Actor, tenant: Tenant) -> None:
    if actor.is_person and side_of(actor.user_id, tenant) != "msp":
        raise NotAllowed(
            "Tags are the MSP's to give.", code="needs-msp", safe="Nothing was changed."
        )


def _require_groups_allow(actor: Actor, tenant: Tenant, wanted: list[Tag]) -> None:
    """Raise NotAllowed when the change would give rights that the actor may not give."""
    present = Tag.objects.filter(tenant_tags__tenant=tenant)
    gained = _groups_by(set(wanted) - set(present)).exclude(
        pk__in=_groups_by(set(wanted) & set(present))
    )
    changed = _groups_by(set(wanted) ^ set(present))
    if actor.user_id is None or not changed.exists():
        return
    rights.require(actor, rights.MANAGE_PEOPLE, tenant)
    if gained.filter(members__membership__user_id=actor.user_id).exists():
        raise guards.own_roles()
    for group in gained:
        guards.require_may_give(actor, group.roles, tenant)


def _groups_by(tags: Iterable[Tag]) -> QuerySet[AccessGroup]:
    covering = GroupTag.objects.filter(tag__in=list(tags))
    return AccessGroup.objects.filter(covers_all=False, pk__in=covering.values("group"))


def _names(tenant: Tenant) -> list[str]:
    tags = TenantTag.objects.filter(tenant=tenant)
    return sorted(tags.values_list("tag__name", flat=True))
