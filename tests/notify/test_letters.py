"""Mails come in the name of the MSP that they are sent for, and in nobody else's."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from apps.access import services as access
from apps.access.branding.services import Look, set_branding
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope
from apps.jobs import runner
from apps.jobs.models import Job
from apps.notify import services
from apps.notify.letters import letter
from apps.notify.routes import services as routes
from tests.factories import Cast, actor_of, make_cast

LOOK = Look(
    portal_name="Bell & Sons Vault",
    sender_name="Bell & Sons",
    reply_to="desk@north.example",
    support_email="help@north.example",
    support_phone="+41 44 123 45 67",
)


@pytest.fixture
def cast(db: None) -> Cast:
    cast = make_cast()
    set_branding(actor=actor_of(cast.alice), msp=cast.north, look=LOOK)
    set_branding(actor=actor_of(cast.mallory), msp=cast.south, look=Look(sender_name="South"))
    return cast


def sent() -> list[Any]:
    """The mails that wait, sent."""
    with no_scope("a test has the jobs done"):
        waiting = Job.objects.filter(kind__startswith="notify-deliver").values_list("pk", flat=True)
        for job in waiting:
            runner.run(str(job))
    return mail.outbox


def test_a_customers_mail_comes_in_the_name_of_its_msp(cast: Cast) -> None:
    services.queue_mail(
        tenant_id=cast.contoso.pk, to="it@contoso.example", subject="A link", text="Hello.\n"
    )

    (one,) = sent()

    assert parseaddr(one.from_email) == ("Bell & Sons", "holdfast@localhost")
    assert one.reply_to == ["desk@north.example"]
    assert one.body.endswith(
        "-- \nMSP North, Bell & Sons Vault\nhelp@north.example, +41 44 123 45 67\n"
    )


def test_an_invitation_comes_from_who_invites(cast: Cast) -> None:
    access.invite(
        actor=SYSTEM, email="new@contoso.example", roles=["backup-reader"], on=cast.contoso
    )

    (one,) = sent()

    assert one.subject == "Invitation to Bell & Sons Vault: Contoso"
    assert "invites you to Bell & Sons Vault" in one.body
    assert parseaddr(one.from_email)[0] == "Bell & Sons"


@pytest.mark.parametrize(
    ("name", "sender", "portal"),
    [
        ("dave", "Bell & Sons", "Bell & Sons Vault"),
        ("mallory", "South", "Holdfast"),
        ("olivia", "", "Holdfast"),
    ],
)
def test_mail_about_an_account_comes_from_the_persons_own_msp(
    cast: Cast, name: str, sender: str, portal: str
) -> None:
    Client().post("/accounts/password/forgot/", {"email": getattr(cast, name).email})

    (one,) = sent()

    assert one.subject == f"Your new {portal} password"
    assert parseaddr(one.from_email) == (sender, "holdfast@localhost")
    assert f"your {portal} account" in one.body
    assert ("north.example" in one.body) == (name == "dave")


def test_what_is_told_over_a_route_comes_from_its_msp(cast: Cast) -> None:
    route, _ = routes.add_route(
        actor=actor_of(cast.alice),
        msp=cast.north,
        channel="mail",
        address="noc@north.example",
        wanted=routes.Wanted(name="Night watch", events=("glass.broken",)),
    )

    routes.try_route(actor=actor_of(cast.alice), route=route)

    (one,) = mail.outbox
    assert parseaddr(one.from_email)[0] == "Bell & Sons"
    assert one.bcc == ["noc@north.example"]


def test_without_a_branding_mails_are_as_ever(cast: Cast) -> None:
    one = letter(None, "A subject", "Hello.\n", to=["somebody@example.org"])

    assert (one.from_email, one.reply_to, one.body) == ("holdfast@localhost", [], "Hello.\n")
