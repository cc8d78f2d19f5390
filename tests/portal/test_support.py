"""The operator's pages, and what the customer sees of what he opened."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from apps.access.models import SupportSession
from apps.core.scope import no_scope
from apps.tenants.models import MSP
from tests.factories import Cast, make_cast
from tests.portal.world import signed_in
from tests.support.trail import entries

pytestmark = pytest.mark.django_db
WHY = "Ticket 4711: captures stopped."


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def olivia(cast: Cast) -> Client:
    return signed_in(cast.olivia)


def start(olivia: Client, **form: object) -> int:
    said = {"tenant": "contoso.example", "reason": WHY, "minutes": "60"} | form
    return olivia.post(reverse("portal:start-support"), said).status_code


def trail(cast: Cast) -> list[str]:
    """What Contoso reads in its trail about support, oldest first."""
    found = entries(tenant_id=cast.contoso.id, events=["support_session.request"])
    return [str(entry.data["route"]) for entry in reversed(found)]


def test_every_page_that_is_opened_is_in_the_customers_trail(cast: Cast, olivia: Client) -> None:
    page = reverse("portal:tenant", args=[cast.contoso.id])
    assert olivia.get(page).status_code == 404
    assert trail(cast) == []

    start(olivia)

    assert olivia.get(page).status_code == 200
    assert olivia.get(reverse("portal:dashboard")).status_code == 200
    olivia.get(reverse("portal:support"))
    assert trail(cast) == ["portal:tenant", "portal:dashboard"]
    newest = entries(tenant_id=cast.contoso.id, events=["support_session.request"], limit=1)[0]
    assert newest.via.startswith("support-session ")
    assert newest.request_id


def test_nothing_can_be_changed_and_no_other_tenant_seen(cast: Cast, olivia: Client) -> None:
    start(olivia)
    assert olivia.post(reverse("portal:capture", args=[cast.contoso.id])).status_code == 403
    assert olivia.get(reverse("portal:tenant-people", args=[cast.contoso.id])).status_code == 403
    assert olivia.get(reverse("portal:tenant", args=[cast.fabrikam.id])).status_code == 404


def test_the_customer_sees_the_session_and_ends_it(cast: Cast, olivia: Client) -> None:
    start(olivia)
    alice = signed_in(cast.alice)
    people = reverse("portal:tenant-people", args=[cast.contoso.id])
    assert WHY in alice.get(people).content.decode()
    with no_scope("a test looks"):
        session = SupportSession.objects.get()

    alice.post(reverse("portal:end-support", args=[session.pk]), {"back": people})

    assert olivia.get(reverse("portal:tenant", args=[cast.contoso.id])).status_code == 404
    assert "ended early" in alice.get(people).content.decode()


@pytest.mark.parametrize(
    "form",
    [
        {"tenant": "nobody.example"},
        {"tenant": ""},
        {"reason": "no"},
        {"minutes": "241"},
        {"minutes": "long"},
    ],
)
def test_a_session_that_makes_no_sense_is_not_opened(
    cast: Cast, olivia: Client, form: dict[str, str]
) -> None:
    assert start(olivia, **form) == 302
    with no_scope("a test looks"):
        assert not SupportSession.objects.exists()


def test_an_operator_takes_an_msp_in(cast: Cast, olivia: Client) -> None:
    said = {"name": "MSP East", "email": "ed@east.example"}
    assert olivia.post(reverse("portal:onboard-msp"), said).status_code == 302
    page = olivia.get(reverse("portal:msps")).content.decode()
    assert "MSP East" in page
    assert "ed@east.example" in page
    with no_scope("a test looks"):
        assert MSP.objects.filter(name="MSP East").exists()


def test_the_operators_own_pages_open(cast: Cast, olivia: Client) -> None:
    for route in ("dashboard", "support", "msps", "roles", "people", "groups"):
        assert olivia.get(reverse(f"portal:{route}")).status_code == 200, route
