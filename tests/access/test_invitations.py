"""Invitations: for one person, once, for a week, and never more than their sender may give."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.access import selectors, services
from apps.access.models import EntraIdentity, Invitation, Membership, User
from apps.access.services import inviting
from apps.access.signals import mail_wanted
from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict, HoldfastError, Invalid, NotAllowed, NotFound
from apps.core.scope import no_scope
from apps.tenants.models import MSP
from tests.factories import OWNER_ROLES, Cast, actor_of, make_cast, make_user
from tests.support.trail import events

pytestmark = pytest.mark.django_db
GOOD = "a violin under the bridge"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def mails() -> Any:
    """The mails that are wanted while the test runs."""
    wanted: list[dict[str, str]] = []

    def keep(sender: object, to: str, subject: str, text: str, **_: object) -> None:
        wanted.append({"to": to, "subject": subject, "text": text})

    mail_wanted.connect(keep)
    yield wanted
    mail_wanted.disconnect(keep)


def secret_in(mail: dict[str, str]) -> str:
    found = re.search(r"/invitations/open/(\S+)", mail["text"])
    assert found
    return found[1]


def invite(cast: Cast, email: str = "nina@north.example", **more: Any) -> Invitation:
    wanted = {"roles": ["backup-reader"], "on": cast.north} | more
    return services.invite(actor=actor_of(cast.alice), email=email, **wanted)


def accept(raw: str, **more: Any) -> User:
    invitation = services.find_invitation(raw)
    assert invitation is not None
    said = {"name": "Nina", "password": GOOD} | more
    return services.accept_for_local(invitation=invitation, **said)


def test_an_invited_person_makes_an_account_and_has_the_roles(cast: Cast, mails: Any) -> None:
    invite(cast, "Nina@North.example")
    assert mails[0]["to"] == "nina@north.example"
    assert "Backup Reader" in mails[0]["text"]

    nina = accept(secret_in(mails[0]))

    assert nina.email == "nina@north.example"
    assert nina.check_password(GOOD)
    assert "view_backups" in selectors.rights_on_msp(nina.pk, cast.north)
    assert events()[-2:] == ["person.invited", "invitation.accepted"]


def test_only_a_digest_of_the_secret_is_kept(cast: Cast, mails: Any) -> None:
    invitation = invite(cast)
    raw = secret_in(mails[0])
    assert raw.encode() not in bytes(invitation.digest)
    assert len(invitation.digest) == 32


def test_a_link_works_once(cast: Cast, mails: Any) -> None:
    invitation = invite(cast)
    raw = secret_in(mails[0])
    found = services.find_invitation(raw)
    assert found == invitation
    accept(raw)
    assert services.find_invitation(raw) is None
    # Somebody who had opened it before it was used is too late as well.
    with pytest.raises(NotFound):
        services.accept_for_local(invitation=found, name="Eve", password=GOOD)
    assert not User.objects.filter(name="Eve").exists()


def test_a_link_is_good_for_a_week(cast: Cast, mails: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    invite(cast)
    raw = secret_in(mails[0])
    found = services.find_invitation(raw)
    later = clock.now() + timedelta(days=7, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert services.find_invitation(raw) is None
    assert found is not None
    with pytest.raises(NotFound):
        services.accept_for_local(invitation=found, name="Nina", password=GOOD)


def test_a_link_sent_again_replaces_the_one_before(
    cast: Cast, mails: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = invite(cast)
    with pytest.raises(Conflict) as refused:
        services.resend_invitation(actor=actor_of(cast.alice), invitation=invitation)
    assert refused.value.code == "sent-just-now"
    later = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)

    services.resend_invitation(actor=actor_of(cast.alice), invitation=invitation)

    first, second = (secret_in(mail) for mail in mails)
    assert services.find_invitation(first) is None
    assert services.find_invitation(second) == invitation


def test_a_revoked_link_is_worthless(cast: Cast, mails: Any) -> None:
    invitation = invite(cast)
    services.revoke_invitation(actor=actor_of(cast.alice), invitation=invitation)
    assert services.find_invitation(secret_in(mails[0])) is None
    with pytest.raises(Conflict):
        services.revoke_invitation(actor=actor_of(cast.alice), invitation=invitation)


def test_a_link_gives_no_more_than_its_sender_still_holds(cast: Cast, mails: Any) -> None:
    """Henry invites an approver and loses the role himself before the link is opened."""
    henry = make_user("Henry", cast.north, *OWNER_ROLES)
    services.invite(
        actor=actor_of(henry),
        email="nina@north.example",
        roles=["recovery-approver"],
        on=cast.north,
    )
    raw = secret_in(mails[0])
    found = services.find_invitation(raw)
    assert found is not None
    services.revoke_role(
        actor=actor_of(cast.alice), user=henry, role="recovery-approver", msp=cast.north
    )
    assert services.find_invitation(raw) is None
    with pytest.raises(NotFound):
        services.accept_for_local(invitation=found, name="Nina", password=GOOD)


def test_inviting_answers_the_same_whether_the_address_has_an_account(
    cast: Cast, mails: Any
) -> None:
    """Mallory's people have accounts that North must not learn of."""
    known = invite(cast, cast.mallory.email)
    unknown = invite(cast, "nobody@nowhere.example")
    assert known.state == unknown.state == "waiting"
    texts = [mail["text"].replace(secret_in(mail), "") for mail in mails]
    assert texts[0] == texts[1]


def test_who_has_an_account_accepts_signed_in(cast: Cast, mails: Any) -> None:
    invite(cast, cast.mallory.email)
    raw = secret_in(mails[0])
    with pytest.raises(Conflict) as refused:
        accept(raw)
    assert refused.value.code == "has-account"
    invitation = services.find_invitation(raw)
    assert invitation is not None
    with pytest.raises(Invalid):
        services.accept_signed_in(
            actor=actor_of(cast.carol), invitation=invitation, user=cast.carol
        )

    services.accept_signed_in(
        actor=actor_of(cast.mallory), invitation=invitation, user=cast.mallory
    )

    assert "view_backups" in selectors.rights_on_msp(cast.mallory.pk, cast.north)
    assert services.find_invitation(raw) is None


@pytest.mark.parametrize("own", ["alice@msp-north.example", "Alice+2@msp-north.example"])
def test_nobody_invites_himself_not_even_with_a_plus(cast: Cast, mails: Any, own: str) -> None:
    with pytest.raises(NotAllowed):
        invite(cast, own)
    assert mails == []


def test_roles_are_not_given_to_a_second_account_of_ones_own(cast: Cast) -> None:
    second = make_user("Alice+2", cast.north)
    with pytest.raises(NotAllowed):
        services.grant_role(
            actor=actor_of(cast.alice), user=second, role="backup-reader", msp=cast.north
        )


@pytest.mark.parametrize(
    ("email", "roles", "kind"),
    [
        ("no address", ["backup-reader"], Invalid),
        ("nina@north.example", [], Invalid),
        ("nina@north.example", ["owner"], Invalid),
        ("bob@msp-north.example", ["backup-reader"], Conflict),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused(
    cast: Cast, mails: Any, email: str, roles: list[str], kind: type[HoldfastError]
) -> None:
    with pytest.raises(kind):
        invite(cast, email, roles=roles)
    assert mails == []


def test_the_same_person_is_not_invited_twice(cast: Cast) -> None:
    invite(cast)
    with pytest.raises(Conflict) as refused:
        invite(cast, "NINA@north.example")
    assert refused.value.code == "invited-already"


def test_a_weak_password_leaves_the_link_good(cast: Cast, mails: Any) -> None:
    invite(cast)
    raw = secret_in(mails[0])
    with pytest.raises(Invalid):
        accept(raw, password="short")
    with pytest.raises(Invalid):
        accept(raw, name="  ")
    accept(raw)


def test_a_person_who_was_let_go_comes_back_by_an_invitation(cast: Cast, mails: Any) -> None:
    services.remove_person(actor=actor_of(cast.alice), user=cast.bob, on=cast.north)
    invite(cast, cast.bob.email)
    bob = accept(secret_in(mails[0]), name="Bob")
    assert bob.pk == cast.bob.pk
    assert bob.is_active
    assert bob.check_password(GOOD)


def test_somebody_of_the_msp_cannot_join_its_customer(cast: Cast, mails: Any) -> None:
    services.invite(
        actor=actor_of(cast.alice),
        email=cast.bob.email,
        roles=["recovery-approver"],
        on=cast.contoso,
    )
    invitation = services.find_invitation(secret_in(mails[0]))
    assert invitation is not None
    with pytest.raises(Conflict) as refused:
        services.accept_signed_in(actor=actor_of(cast.bob), invitation=invitation, user=cast.bob)
    assert refused.value.code == "other-side"
    assert services.find_invitation(secret_in(mails[0])) is not None


def in_entra(cast: Cast, mails: Any, email: str = "erin@contoso.example") -> Invitation:
    services.invite(
        actor=actor_of(cast.alice),
        email=email,
        roles=["backup-reader"],
        on=cast.contoso,
        entra=True,
    )
    found = services.find_invitation(secret_in(mails[-1]))
    assert found is not None
    return found


def test_the_first_account_of_the_tenant_that_signs_in_is_bound(cast: Cast, mails: Any) -> None:
    invitation = in_entra(cast, mails)
    assert (invitation.entra_cloud, invitation.entra_tid) == ("sandbox", cast.contoso.entra_id)
    assert cast.contoso.entra_id is not None
    erin = services.accept_for_entra(
        invitation=invitation, cloud="sandbox", tid=cast.contoso.entra_id, oid=uuid4(), name="Erin"
    )
    assert EntraIdentity.objects.get().user == erin
    assert not erin.has_usable_password()
    assert "view_backups" in selectors.rights_on_tenant(erin.pk, cast.contoso)


def test_an_account_of_another_entra_tenant_or_cloud_is_refused(cast: Cast, mails: Any) -> None:
    invitation = in_entra(cast, mails)
    assert cast.contoso.entra_id is not None
    for cloud, tid in (("sandbox", uuid4()), ("global", cast.contoso.entra_id)):
        with pytest.raises(Invalid):
            services.accept_for_entra(
                invitation=invitation, cloud=cloud, tid=tid, oid=uuid4(), name="Eve"
            )
    with pytest.raises(Invalid):
        services.accept_for_local(invitation=invitation, name="Eve", password=GOOD)
    assert not User.objects.filter(name="Eve").exists()
    assert services.find_invitation(secret_in(mails[0])) is not None


def test_an_entra_account_does_not_take_over_an_account_of_its_address(
    cast: Cast, mails: Any
) -> None:
    """The address says nothing about who somebody is; the holder signs in and links it himself."""
    invitation = in_entra(cast, mails, cast.mallory.email)
    assert cast.contoso.entra_id is not None
    said: dict[str, Any] = {
        "invitation": invitation,
        "cloud": "sandbox",
        "tid": cast.contoso.entra_id,
        "oid": uuid4(),
        "name": "Mallory",
    }
    for signed_in in (None, cast.carol):
        with pytest.raises(Conflict):
            services.accept_for_entra(**said, user=signed_in)
    assert services.accept_for_entra(**said, user=cast.mallory) == cast.mallory


def test_entra_sign_in_needs_a_tenant_that_is_known(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        invite(cast, entra=True)
    assert refused.value.code == "no-entra-tenant"


def test_an_operator_takes_an_msp_in_and_has_nothing_there(cast: Cast, mails: Any) -> None:
    link = services.onboard_msp(
        actor=actor_of(cast.olivia), name="MSP East", email="ed@east.example"
    )
    assert link.url.endswith(secret_in(mails[0]))
    ed = accept(secret_in(mails[0]), name="Ed")
    with no_scope("a test looks"):
        east = MSP.objects.get(name="MSP East")
    assert "manage_people" in selectors.rights_on_msp(ed.pk, east)
    assert not selectors.rights_on_msp(cast.olivia.pk, east)


def test_the_links_of_an_onboarding_end_when_the_msp_has_a_manager(cast: Cast, mails: Any) -> None:
    """An operator cannot let himself in later through an old link."""
    services.onboard_msp(actor=actor_of(cast.olivia), name="MSP East", email="ed@east.example")
    with no_scope("the scene is set"):
        east = MSP.objects.get(name="MSP East")
    make_user("Emma", east, *OWNER_ROLES)
    assert services.find_invitation(secret_in(mails[0])) is None
    with pytest.raises(NotAllowed):
        services.onboard_msp(actor=actor_of(cast.olivia), name="MSP West", email=cast.olivia.email)


def test_an_operator_sends_an_onboarding_again_and_takes_it_back(
    cast: Cast, mails: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    olivia = actor_of(cast.olivia)
    invitation = services.onboard_msp(
        actor=olivia, name="MSP East", email="ed@east.example"
    ).invitation
    later = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)

    services.resend_invitation(actor=olivia, invitation=invitation)
    assert services.find_invitation(secret_in(mails[1])) == invitation
    services.revoke_invitation(actor=olivia, invitation=invitation)
    assert services.find_invitation(secret_in(mails[1])) is None


def test_no_more_than_some_hundred_invitations_wait(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inviting, "MOST_WAITING", 1)
    invite(cast, "one@north.example")
    with pytest.raises(Conflict) as refused:
        invite(cast, "two@north.example")
    assert refused.value.code == "too-many-invitations"


def test_the_system_invites_at_the_set_up(cast: Cast, mails: Any) -> None:
    services.invite(actor=SYSTEM, email="nina@north.example", roles=OWNER_ROLES, on=cast.north)
    nina = accept(secret_in(mails[0]))
    with no_scope("a test looks"):
        assert Membership.objects.filter(user=nina, msp=cast.north).exists()
