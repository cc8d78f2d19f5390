"""The accounts that a tenant keeps for emergencies: who they are, and whether they would work."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid
from apps.entra.catalogue import kind, label
from apps.entra.conditional_access import Level
from apps.history import selectors as history
from apps.history.choices import ObjectState
from apps.recovery.guards.effects import gather
from apps.recovery.guards.lock_out import LockOut, Way
from apps.recovery.guards.looking import PlanLook
from apps.recovery.guards.people import USER
from apps.recovery.guards.roles import GLOBAL_ADMINISTRATOR
from apps.tenants.models import BreakGlassAccount, Tenant

# More are no exception any more.
MOST = 20
ADVISED = 2
NONE_NAMED = (
    "No account is named. Guards cannot tell whether somebody gets in when Conditional Access "
    "goes wrong."
)


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """One account as the newest snapshot knows it. name: its id where it has none.

    is_there: present and enabled. way: the best way in that it has now. warnings: what is wrong
    with it as an account for emergencies, in words.
    """

    account: BreakGlassAccount
    name: str
    is_there: bool
    way: Way
    warnings: tuple[str, ...]


def accounts_of(tenant: Tenant) -> list[AccountStanding]:
    """The tenant's break-glass accounts in the order in which they were named, and how each
    stands."""
    accounts = list(BreakGlassAccount.objects.filter(tenant=tenant).order_by("named_at", "pk"))
    newest = history.latest_snapshot(tenant)
    if not accounts or newest is None:
        return []
    case = LockOut(PlanLook(tenant, newest.seq, tuple), gather(()))
    keys = [(USER, one.object_id) for one in accounts]
    bodies = history.last_bodies(tenant, keys, newest.seq)
    return [
        _standing(case, account, label(kind(USER), bodies.get((USER, account.object_id), {})))
        for account in accounts
    ]


def general_warnings(standings: list[AccountStanding]) -> list[str]:
    """What is wrong with a tenant's accounts taken together."""
    if not standings:
        return [NONE_NAMED]
    if len(standings) < ADVISED:
        return ["Only one account is named. Microsoft advises two at least."]
    return []


def name_account(*, actor: Actor, tenant: Tenant, object_id: str) -> BreakGlassAccount:
    """Say that a user of the tenant is kept for emergencies.

    Needs the right to manage the tenant. Raises NotFound, NotAllowed; Invalid for somebody whom the
    newest snapshot does not have; Conflict for one who is named already.
    """
    rights.require(actor, rights.MANAGE_TENANT, tenant)
    _require_user(tenant, object_id)
    if BreakGlassAccount.objects.filter(tenant=tenant).count() >= MOST:
        raise Conflict(f"{MOST} accounts are named already.", safe="Nothing was changed.")
    try:
        with transaction.atomic():
            account = BreakGlassAccount.objects.create(
                tenant=tenant, object_id=object_id, named_by_id=actor.user_id
            )
            _record(actor, tenant, "tenant.break_glass_named", object_id)
    except IntegrityError as error:
        raise Conflict(
            "The account is named already.", code="named-already", safe="Nothing was changed."
        ) from error
    return account


@transaction.atomic
def forget_account(*, actor: Actor, tenant: Tenant, object_id: str) -> None:
    """Say that an account is not kept for emergencies any more.

    Needs the right to manage the tenant. Raises NotFound, NotAllowed, and Conflict for one who is
    not on the list.
    """
    rights.require(actor, rights.MANAGE_TENANT, tenant)
    rows = BreakGlassAccount.objects.filter(tenant=tenant, object_id=object_id)
    if rows.delete()[0] == 0:
        raise Conflict(
            "The account is not on the list.", code="not-named", safe="Nothing was changed."
        )
    _record(actor, tenant, "tenant.break_glass_forgotten", object_id)


def _standing(case: LockOut, account: BreakGlassAccount, name: str) -> AccountStanding:
    one = account.object_id
    way, _ = case.ways(one)
    is_there = one in case.people.before
    return AccountStanding(
        account, name or one, is_there, way, tuple(_warnings(case, one, way, is_there=is_there))
    )


def _warnings(case: LockOut, one: str, way: Way, *, is_there: bool) -> list[str]:
    if not is_there:
        return ["It is deleted or disabled: it gets nobody in."]
    found = []
    if way.level == Level.SHUT:
        found.append("Conditional Access blocks it, wherever it signs in.")
    elif way.level == Level.DEPENDS:
        found.append("Conditional Access blocks it from some places or devices.")
    elif way.level > Level.OPEN:
        found.append(
            "It is excluded from nothing that asks for something: if that fails, it is shut out "
            "like everybody else."
        )
    roles = case.before.roles
    carriers = (one, *case.memberships.before(one))
    if roles.known and GLOBAL_ADMINISTRATOR not in roles.active(carriers):
        found.append("It does not hold Global Administrator, so it cannot mend everything.")
    return found


def _require_user(tenant: Tenant, object_id: str) -> None:
    newest = history.latest_snapshot(tenant)
    if newest is not None:
        found = history.state_at(tenant, newest.seq, kinds=[USER], object_ids=[object_id])
        if any(one.state == ObjectState.PRESENT for one in found):
            return
    raise Invalid(
        "The newest snapshot has no such user.",
        code="no-such-user",
        safe="Nothing was changed.",
        todo="Choose one of the users that the search finds.",
    )


def _record(actor: Actor, tenant: Tenant, event: str, object_id: str) -> None:
    audit.record(
        actor=actor,
        event=event,
        tenant_id=tenant.pk,
        subject=tenant.name,
        data={"object_id": object_id},
    )
