"""Groups of an MSP's staff: the same roles on the same tenants."""

from collections.abc import Iterable
from typing import Any

from apps.access.models import AccessGroup, GroupMember, GroupTag, Membership, User
from apps.access.services import guards
from apps.access.services.acting import acting
from apps.access.services.safeguards import kept
from apps.access.services.tagging import drop_unused_tags, tags_named
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.tenants.models import MSP


@acting
def create_group(
    *,
    actor: Actor,
    msp: MSP,
    name: str,
    roles: Iterable[str],
    covers_all: bool = False,
    tags: Iterable[str] = (),
) -> AccessGroup:
    """Make a group without members.

    covers_all: on every tenant; otherwise on those with any of the tags. The actor must manage
    the people of the whole MSP and hold there what the roles allow. Raises Conflict when the MSP
    has a group of this name, Invalid, NotAllowed, NotFound.
    """
    _require_may(actor, msp, roles)
    group = AccessGroup(msp=msp, name=_name(msp, name))
    _write(group, roles, covers_all, tags)
    guards.record(actor, "group.created", msp, group.name, after=_said(group))
    return group


@acting
def change_group(
    *,
    actor: Actor,
    group: AccessGroup,
    name: str,
    roles: Iterable[str],
    covers_all: bool,
    tags: Iterable[str],
) -> AccessGroup:
    """Change what a group gives and where; it counts for its members at once.

    Nobody changes a group that he is in. Raises Conflict when nobody would be left who manages
    or could approve, Invalid, NotAllowed, NotFound.
    """
    _require_may(actor, group.msp, roles)
    _refuse_own(actor, group)
    before = _said(group)
    with kept(group.msp_id):
        group.name = _name(group.msp, name, besides=group)
        _write(group, roles, covers_all, tags)
    guards.record(actor, "group.changed", group.msp, group.name, before=before, after=_said(group))
    return group


@acting
def delete_group(*, actor: Actor, group: AccessGroup) -> None:
    """Take a group away with all that it gave. Raises as change_group."""
    _require_may(actor, group.msp, ())
    _refuse_own(actor, group)
    before = _said(group)
    with kept(group.msp_id):
        AccessGroup.objects.filter(pk=group.pk).delete()
        drop_unused_tags(group.msp)
    guards.record(actor, "group.deleted", group.msp, group.name, before=before)


@acting
def add_to_group(*, actor: Actor, group: AccessGroup, user: User) -> None:
    """Put somebody of the MSP's staff into a group.

    The actor must be somebody else and hold on the whole MSP what the group's roles allow.
    Raises Invalid, NotAllowed, NotFound.
    """
    _require_may(actor, group.msp, group.roles)
    guards.require_somebody_else(actor, user)
    membership = Membership.objects.filter(user=user, msp=group.msp).first()
    if membership is None or user.is_operator:
        raise Invalid("This person does not belong to the MSP.", code="not-a-member")
    before = _members(group)
    _, added = GroupMember.objects.get_or_create(
        group=group, membership=membership, defaults={"msp": group.msp}
    )
    if added:
        _record_members(actor, "group.joined", group, user, before)


@acting
def remove_from_group(*, actor: Actor, group: AccessGroup, user: User) -> None:
    """Take somebody out of a group.

    Raises Conflict when nobody would be left who manages or could approve, NotAllowed, NotFound.
    """
    _require_may(actor, group.msp, ())
    guards.require_somebody_else(actor, user)
    before = _members(group)
    with kept(group.msp_id):
        removed, _ = GroupMember.objects.filter(group=group, membership__user=user).delete()
    if removed:
        _record_members(actor, "group.left", group, user, before)


def _require_may(actor: Actor, msp: MSP, roles: Iterable[str]) -> None:
    guards.hold_people_of(msp)
    guards.require_manager(actor, msp)
    guards.require_may_give(actor, roles, msp)


def _refuse_own(actor: Actor, group: AccessGroup) -> None:
    members = GroupMember.objects.filter(group=group)
    if actor.user_id and members.filter(membership__user=actor.user_id).exists():
        raise NotAllowed(
            "Nobody changes a group that gives him roles.",
            code="own-group",
            safe="Nothing was changed.",
            todo="Ask another Tenant Manager.",
        )


def _name(msp: MSP, name: str, *, besides: AccessGroup | None = None) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= 100:
        raise Invalid("A group needs a name of at most 100 characters.", code="group-name")
    others = AccessGroup.objects.filter(msp=msp, name__iexact=name)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if others.exists():
        raise Conflict("There is a group of this name already.", code="group-exists")
    return name


def _write(group: AccessGroup, roles: Iterable[str], covers_all: bool, tags: Iterable[str]) -> None:
    group.roles = sorted(set(roles))
    group.covers_all = covers_all
    group.save()
    wanted = [] if covers_all else tags_named(group.msp, tags)
    GroupTag.objects.filter(group=group).exclude(tag__in=wanted).delete()
    for tag in wanted:
        GroupTag.objects.get_or_create(group=group, tag=tag, defaults={"msp": group.msp})
    drop_unused_tags(group.msp)


def _said(group: AccessGroup) -> dict[str, Any]:
    tags = GroupTag.objects.filter(group=group).values_list("tag__name", flat=True)
    return {
        "name": group.name,
        "roles": group.roles,
        "covers_all": group.covers_all,
        "tags": sorted(tags),
        "members": _members(group),
    }


def _members(group: AccessGroup) -> list[str]:
    names = User.objects.filter(memberships__groups__group=group)
    return sorted(names.values_list("name", flat=True))


def _record_members(
    actor: Actor, event: str, group: AccessGroup, user: User, before: list[str]
) -> None:
    guards.record(
        actor,
        event,
        group.msp,
        user.name,
        before={"members": before},
        after={"members": _members(group)},
        group=group.name,
        user_id=str(user.id),
    )
