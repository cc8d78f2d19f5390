"""Who may see and do what: the cast against every right."""

from __future__ import annotations

import pytest

from apps.access import rights, selectors, services
from apps.access.models import TenantPermission
from apps.audit.models import AuditRecord
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import Invalid, NotAllowed, NotFound
from tests.factories import Cast, actor_of, make_cast

pytestmark = pytest.mark.django_db

VIEW, TAKE, REPORT = rights.VIEW_BACKUPS, rights.TAKE_BACKUPS, rights.MAKE_REPORTS
REQUEST, APPROVE, MANAGE = rights.REQUEST_RECOVERY, rights.APPROVE_RECOVERY, rights.MANAGE_TENANT
ALL = set(rights.RIGHTS)
LOOK = {VIEW, rights.VIEW_PEOPLE}

MATRIX = {
    ("alice", "contoso"): ALL,
    ("alice", "fabrikam"): ALL,
    ("alice", "tailspin"): set(),
    ("bob", "contoso"): LOOK,
    ("bob", "fabrikam"): LOOK,
    ("bob", "tailspin"): set(),
    ("carol", "contoso"): LOOK | {TAKE, REPORT, rights.EXPORT, REQUEST},
    ("carol", "fabrikam"): set(),
    ("dave", "contoso"): LOOK | {APPROVE, rights.VIEW_AUDIT},
    ("dave", "fabrikam"): set(),
    ("dave", "tailspin"): set(),
    ("mallory", "contoso"): set(),
    ("mallory", "fabrikam"): set(),
    ("mallory", "tailspin"): ALL,
}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.mark.parametrize(("who", "where"), MATRIX)
def test_each_person_has_exactly_the_rights_of_the_roles_held(
    cast: Cast, who: str, where: str
) -> None:
    user, tenant = getattr(cast, who), getattr(cast, where)
    held = MATRIX[who, where]
    assert selectors.rights_on_tenant(user.pk, tenant) == held
    for right in ALL:
        assert (tenant in selectors.tenants_of(user, right)) == (right in held)
        if right in held:
            rights.require(actor_of(user), right, tenant)
            assert selectors.access_tenant(user, tenant.id, right) == tenant
        else:
            refusal = NotAllowed if held else NotFound
            with pytest.raises(refusal):
                rights.require(actor_of(user), right, tenant)
            with pytest.raises(refusal):
                selectors.access_tenant(user, tenant.id, right)


def test_a_closed_account_has_no_right_anywhere(cast: Cast) -> None:
    services.remove_person(actor=actor_of(cast.alice), user=cast.carol, on=cast.north)
    assert not selectors.tenants_of(cast.carol).exists()
    with pytest.raises(NotFound):
        selectors.access_tenant(cast.carol, cast.contoso.id)


def test_a_customer_cannot_close_the_account_of_its_msps_staff(cast: Cast) -> None:
    alice = actor_of(cast.alice)
    services.grant_role(actor=alice, user=cast.dave, role="tenant-manager", tenant=cast.contoso)
    with pytest.raises(Invalid):
        services.remove_person(actor=actor_of(cast.dave), user=cast.carol, on=cast.contoso)
    assert selectors.tenants_of(cast.carol).exists()


def test_a_superuser_of_django_sees_no_tenant(cast: Cast) -> None:
    cast.mallory.is_superuser = True
    cast.mallory.save()
    assert cast.contoso not in selectors.tenants_of(cast.mallory)


def test_the_system_captures_but_never_requests_or_approves(cast: Cast) -> None:
    rights.require(SYSTEM, TAKE, cast.contoso)
    for right in (REPORT, REQUEST, APPROVE, MANAGE):
        with pytest.raises(NotAllowed):
            rights.require(SYSTEM, right, cast.contoso)


def test_the_console_without_a_person_looks_captures_and_compares_and_no_more(cast: Cast) -> None:
    console = Actor(kind="console", os_user="root")
    for right in (VIEW, TAKE, REPORT):
        rights.require(console, right, cast.contoso)
    for right in (REQUEST, APPROVE, MANAGE):
        with pytest.raises(NotAllowed, match="needs a person"):
            rights.require(console, right, cast.contoso)


def test_a_manager_grants_and_revokes_a_role_and_both_are_recorded(cast: Cast) -> None:
    alice = actor_of(cast.alice)
    services.grant_role(actor=alice, user=cast.bob, role="recovery-approver", tenant=cast.contoso)
    assert APPROVE in selectors.rights_on_tenant(cast.bob.pk, cast.contoso)
    assert APPROVE not in selectors.rights_on_tenant(cast.bob.pk, cast.fabrikam)
    services.revoke_role(actor=alice, user=cast.bob, role="recovery-approver", tenant=cast.contoso)
    assert APPROVE not in selectors.rights_on_tenant(cast.bob.pk, cast.contoso)
    newest = list(AuditRecord.objects.order_by("-number")[:2])
    assert [record.event for record in newest] == ["role.revoked", "role.granted"]


@pytest.mark.parametrize("who", ["bob", "carol", "dave", "mallory"])
def test_others_cannot_grant_a_role_and_nothing_comes_of_trying(cast: Cast, who: str) -> None:
    granted, recorded = TenantPermission.objects.count(), AuditRecord.objects.count()
    with pytest.raises((NotFound, NotAllowed)):
        services.grant_role(
            actor=actor_of(getattr(cast, who)),
            user=cast.bob,
            role="tenant-manager",
            tenant=cast.contoso,
        )
    assert TenantPermission.objects.count() == granted
    assert AuditRecord.objects.count() == recorded


def test_nobody_changes_his_own_roles(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        services.grant_role(
            actor=actor_of(cast.alice), user=cast.alice, role="backup-reader", msp=cast.north
        )


def test_a_role_goes_only_to_people_of_the_customer_or_its_msp(cast: Cast) -> None:
    with pytest.raises(Invalid):
        services.grant_role(
            actor=actor_of(cast.alice), user=cast.mallory, role="backup-reader", msp=cast.north
        )
    assert not selectors.tenants_of(cast.mallory).filter(msp=cast.north).exists()


def test_listing_tenants_costs_one_query(
    cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(list(selectors.tenants_of(cast.alice))) == 2
