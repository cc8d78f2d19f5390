"""When Entra is not to be trusted: local sign-in on, Entra off, and everybody told."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import caches
from django.test import Client

from apps.access.models import RecoveryLink, TenantSignIn, User
from apps.access.signin import emergency, governing, policies, recovery_links
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.scope import no_scope
from apps.notify import personal
from apps.notify.models import PersonalMail
from apps.tenants.models import BackupPolicy
from tests.access.trail_of import records
from tests.factories import Cast, actor_of, make_cast, make_user
from tests.portal.world import signed_in

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "a horse for the emergency"


@pytest.fixture
def cast() -> Cast:
    caches["process"].clear()
    return make_cast()


@pytest.fixture
def erin(cast: Cast) -> User:
    """An administrator of Contoso's who only ever signed in with Microsoft."""
    user = make_user("Erin", cast.contoso)
    Authenticator.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.save()
    return user


def begin(cast: Cast, by: User | None = None, reason: str = "Entra locks everybody out.") -> None:
    emergency.begin(actor=actor_of(by or cast.alice), side=cast.contoso, reason=reason)


def told() -> dict[str, str]:
    mails = [personal.contents(mail) for mail in PersonalMail.objects.order_by("created_at")]
    return {mail.to: mail.subject for mail in mails}


def count(event: str) -> int:
    return len(records(event))


def test_it_turns_the_ways_in_around_and_tells_both_sides(cast: Cast) -> None:
    with no_scope("a test"):
        TenantSignIn.objects.create(tenant=cast.contoso, local_enabled=False)
    assert not policies.allows_local(cast.dave)
    begin(cast)

    assert policies.allows_local(cast.dave)
    assert not policies.allows_entra(
        cast.dave, cloud=cast.contoso.cloud, entra_tenant_id=cast.contoso.entra_id
    )
    assert told().keys() >= {cast.alice.email, cast.dave.email}
    assert cast.mallory.email not in told()
    assert count("emergency.begun") == 1

    emergency.end(actor=actor_of(cast.alice), side=cast.contoso)
    assert not policies.allows_local(cast.dave)
    assert told()[cast.dave.email] == "The emergency mode at Contoso is over"


def test_both_sides_see_it_on_every_page_and_nobody_else(cast: Cast) -> None:
    begin(cast)
    caches["process"].clear()
    shown = {
        name: "Emergency mode at Contoso" in signed_in(user).get("/").content.decode()
        for name, user in vars(cast).items()
        if isinstance(user, User)
    }

    assert shown == {
        "alice": True,
        "bob": True,
        "carol": True,
        "dave": True,
        "mallory": False,
        "olivia": False,
    }


def test_it_needs_a_right_a_reason_and_begins_once(cast: Cast) -> None:
    for user, error in ((cast.bob, NotAllowed), (cast.mallory, NotFound)):
        with pytest.raises(error):
            begin(cast, by=user)
    with pytest.raises(Invalid):
        begin(cast, reason="  ")
    begin(cast)
    with pytest.raises(Conflict):
        begin(cast)

    assert count("emergency.begun") == 1


def test_the_button_needs_a_fresh_proof(cast: Cast) -> None:
    url = f"/tenants/{cast.contoso.pk}/sign-in/emergency"
    answer = signed_in(cast.alice, confirmed=False).post(url, {"reason": "why"})

    assert "/account/confirm/" in answer["Location"]
    assert count("emergency.begun") == 0
    assert signed_in(cast.alice).post(url, {"reason": "why"}).status_code == 302
    assert count("emergency.begun") == 1


def test_a_link_of_a_second_person_lets_somebody_in(cast: Cast, erin: User) -> None:
    begin(cast)
    shown = signed_in(cast.alice).post(
        f"/tenants/{cast.contoso.pk}/sign-in/recovery", {"user": erin.pk, "reason": "no phone"}
    )
    found = re.search(r"http://localhost:8000(/accounts/recover/[^\"]+)", shown.content.decode())
    assert found
    assert "A link to your Holdfast account" in told()[erin.email]

    client = Client()
    assert client.get(found[1])["Location"] == "/accounts/recover/"
    assert client.post("/accounts/recover/", {"password": "short"}).status_code == 400
    answer = client.post("/accounts/recover/", {"password": NEW_PASSWORD})
    assert answer["Location"] == "/accounts/login/"
    answer = client.post("/accounts/login/", {"login": erin.email, "password": NEW_PASSWORD})
    assert answer.status_code == 302
    assert client.get("/")["Location"] == "/account/factors/"
    assert (count("recovery_link.issued"), count("recovery_link.used")) == (1, 1)
    other = Client()
    other.get(found[1])
    assert other.get("/accounts/recover/").status_code == 404


def test_nobody_vouches_for_himself_or_beyond_his_side(cast: Cast, erin: User) -> None:
    for by, user, error in (
        (cast.alice, cast.alice, NotAllowed),
        (cast.alice, cast.mallory, NotFound),
        (cast.bob, erin, NotAllowed),
        (cast.mallory, erin, NotFound),
    ):
        with pytest.raises(error):
            recovery_links.issue(actor=actor_of(by), side=cast.contoso, user=user, reason="because")

    assert not RecoveryLink.objects.exists()


def test_where_the_customer_has_a_say_the_msp_does_not_vouch_for_its_people(
    cast: Cast, erin: User
) -> None:
    with no_scope("a test"):
        BackupPolicy.objects.filter(tenant=cast.contoso).update(
            approvals_demanded="customer", approvals_from="customer"
        )

    with pytest.raises(NotAllowed):
        recovery_links.issue(
            actor=actor_of(cast.alice), side=cast.contoso, user=erin, reason="because"
        )


def test_a_link_ends_after_an_hour_and_with_the_next_one(cast: Cast, erin: User) -> None:
    def issue() -> str:
        made = recovery_links.issue(
            actor=actor_of(cast.alice), side=cast.contoso, user=erin, reason="because"
        )
        return made.url.rstrip("/").rpartition("/")[2]

    first, second = issue(), issue()
    with pytest.raises(NotFound):
        recovery_links.find(first)
    recovery_links.find(second)
    with clock.frozen(clock.now() + recovery_links.LIFETIME), pytest.raises(NotFound):
        recovery_links.use(raw=second, password=NEW_PASSWORD)


def test_some_way_in_stays_open(cast: Cast) -> None:
    actor = actor_of(cast.alice)
    with pytest.raises(Invalid):
        governing.set_policy(
            actor=actor, side=cast.contoso, entra_enabled=False, local_enabled=False
        )
    with pytest.raises(Conflict):
        governing.set_policy(
            actor=actor, side=cast.contoso, entra_enabled=True, local_enabled=False
        )


def test_local_sign_in_can_be_off(cast: Cast) -> None:
    with no_scope("a test"):
        TenantSignIn.objects.create(tenant=cast.contoso, local_enabled=False)
    client = Client()
    answer = client.post(
        "/accounts/login/",
        {"login": cast.dave.email, "password": "correct horse battery staple"},
        follow=True,
    )

    assert "wants you to sign in with Microsoft" in answer.content.decode()
