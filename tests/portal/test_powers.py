"""The page that tells a customer what its MSP can do: all of it, as it is, and nobody else's."""

from __future__ import annotations

from html import unescape
from uuid import UUID, uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.access import services as access
from apps.access.models import User
from apps.core import clock
from apps.core.scope import no_scope
from apps.tenants import services as tenants
from apps.tenants.choices import ConnectionState, Purpose
from apps.tenants.models import Connection, Tenant
from tests.factories import Cast, actor_of, make_cast, make_user
from tests.portal.world import signed_in
from tests.support.approval_rules import demand

READER, WRITER = uuid4(), uuid4()
MOST_QUERIES = 19


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def consent(tenant: Tenant, purpose: str, client_id: UUID, *granted: str) -> None:
    """As if an administrator had consented to these permissions."""
    with no_scope("the scene is set"):
        registration = tenants.register_application(
            actor=actor_of(owner_of(tenant)),
            msp=tenant.msp,
            purpose=purpose,
            cloud=tenant.cloud,
            name=f"Vault {purpose}",
            client_id=client_id,
        )
        Connection.objects.create(
            tenant=tenant,
            msp=tenant.msp,
            registration=registration,
            state=ConnectionState.CONNECTED,
            granted=list(granted),
            connected_at=clock.now(),
        )


def owner_of(tenant: Tenant) -> User:
    return User.objects.filter(memberships__msp=tenant.msp).order_by("created_at")[0]


def page(user: User, tenant: Tenant) -> str:
    answer = signed_in(user).get(f"/tenants/{tenant.pk}/msp/")
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def part(shown: str, name: str) -> str:
    """What stands in the section of that id."""
    return shown.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


def test_each_right_is_told_with_who_of_the_msp_holds_it(cast: Cast) -> None:
    people = part(page(cast.dave, cast.contoso), "people")

    assert "Plan what to bring back and ask somebody else to approve it" in people
    requesting = people.partition("Request recoveries")[2].partition("</tr>")[0]
    assert "Alice" in requesting
    assert "Carol" in requesting
    assert "Bob" not in requesting
    # Dave's own rights are no rights of the MSP's.
    assert "Dave" not in people


def test_many_are_counted(cast: Cast) -> None:
    for number in range(10):
        make_user(f"Engineer{number}", cast.north, "backup-reader")

    people = part(page(cast.dave, cast.contoso), "people")

    seeing = people.partition("See backups")[2].partition("</tr>")[0]
    assert "and 7 more" in seeing


def test_what_is_taken_away_is_gone_at_once(cast: Cast) -> None:
    access.remove_person(actor=actor_of(cast.alice), user=cast.carol, on=cast.north)

    assert "Carol" not in part(page(cast.dave, cast.contoso), "people")


def test_approval_is_told_as_the_rules_are_now(cast: Cast) -> None:
    assert "so may those of the MSP, without you" in part(page(cast.dave, cast.contoso), "approval")
    erin = make_user("Erin", cast.contoso, "tenant-manager", "recovery-approver")

    demand(erin, cast.contoso, "customer")

    approval = part(page(cast.dave, cast.contoso), "approval")
    assert "Only your own people approve it. The MSP cannot." in approval
    assert "without you" not in approval
    assert "The MSP cannot go below what your side set" in approval
    assert "Dave, Erin" in approval


def test_consent_is_told_by_application_and_by_what_it_is_for(cast: Cast) -> None:
    consent(cast.contoso, Purpose.BACKUP, READER, "User.Read.All", "Mail.Read")
    consent(cast.contoso, Purpose.RECOVERY, WRITER, "Group.ReadWrite.All")

    shown = page(cast.dave, cast.contoso)

    reading, writing = part(shown, "consent").split("Recovery (writes)")
    assert "reads: User" in reading
    assert "did not ask for this one" in reading.partition("Mail.Read")[2]
    assert "cannot change anything" in reading
    assert "changes: Group" in writing
    assert "brings back deleted: Group" in writing
    back = part(shown, "back")
    assert str(READER) in back.partition("Take all consent back")[2]
    assert str(WRITER) in back.partition("Take recoveries back")[2].partition("Take all")[0]


def test_without_consent_it_says_so(cast: Cast) -> None:
    assert "can neither read nor change the tenant" in page(cast.dave, cast.contoso)


def test_where_the_data_is_and_for_how_long(cast: Cast) -> None:
    data = part(page(cast.dave, cast.contoso), "data")

    assert "In the database of localhost" in data
    assert "None elsewhere." in data
    assert "All of 14 days" in data


def test_support_sessions_and_what_was_done_last(cast: Cast) -> None:
    access.start_support_session(
        actor=actor_of(cast.olivia), on=cast.contoso, reason="Ticket 4711: captures stopped."
    )
    access.set_tags(actor=actor_of(cast.alice), tenant=cast.contoso, tags=["gold"])

    looks = part(page(cast.dave, cast.contoso), "looks")

    assert "Ticket 4711" in looks
    assert "open now" in looks
    assert "Nothing yet." not in looks
    # Dave approves, so he reads the trail.
    assert f"/tenants/{cast.contoso.pk}/audit/" in looks
    frank = make_user("Frank", cast.contoso, "backup-reader")
    assert "/audit/" not in part(page(frank, cast.contoso), "looks")


def test_what_others_did_is_not_the_msps_doing(cast: Cast) -> None:
    erin = make_user("Erin", cast.contoso, "tenant-manager")
    make_user("Frank", cast.contoso, "backup-reader")
    demand(erin, cast.contoso, "any", expiry_hours=12)

    assert "Nothing yet." in part(page(cast.dave, cast.contoso), "looks")


def test_two_customers_of_two_msps_see_nothing_of_each_other(cast: Cast) -> None:
    ursula = make_user("Ursula", cast.tailspin, "tenant-manager", "recovery-approver")
    consent(cast.contoso, Purpose.BACKUP, READER, "User.Read.All")
    consent(cast.tailspin, Purpose.BACKUP, WRITER, "Group.Read.All")
    for owner, tenant in ((cast.alice, cast.contoso), (cast.mallory, cast.tailspin)):
        access.set_tags(actor=actor_of(owner), tenant=tenant, tags=["gold"])
    access.start_support_session(
        actor=actor_of(cast.olivia), on=cast.tailspin, reason="Only about Tailspin."
    )

    of_north, of_south = page(cast.dave, cast.contoso), page(ursula, cast.tailspin)

    for foreign in ("Mallory", "MSP South", "Tailspin", str(WRITER), "Ursula"):
        assert foreign not in of_north
    for foreign in ("Alice", "Carol", "MSP North", "Contoso", str(READER), "Dave"):
        assert foreign not in of_south
    assert signed_in(cast.dave).get(f"/tenants/{cast.tailspin.pk}/msp/").status_code == 404
    assert signed_in(ursula).get(f"/tenants/{cast.contoso.pk}/msp/").status_code == 404


def test_it_is_for_both_sides_and_no_operator(cast: Cast) -> None:
    access.start_support_session(
        actor=actor_of(cast.olivia), on=cast.contoso, reason="The customer asked for help."
    )

    assert "administrators see the same." in page(cast.bob, cast.contoso)
    assert signed_in(cast.olivia).get(f"/tenants/{cast.contoso.pk}/msp/").status_code == 403


def test_a_tenants_page_leads_there(cast: Cast) -> None:
    shown = signed_in(cast.dave).get(f"/tenants/{cast.contoso.pk}/").content.decode()

    assert f'href="/tenants/{cast.contoso.pk}/msp/"' in shown


def test_it_asks_the_database_for_little(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    consent(cast.contoso, Purpose.BACKUP, READER, "User.Read.All")
    dave = signed_in(cast.dave)
    dave.get(f"/tenants/{cast.contoso.pk}/msp/")

    with django_assert_max_num_queries(MOST_QUERIES):
        dave.get(f"/tenants/{cast.contoso.pk}/msp/")
