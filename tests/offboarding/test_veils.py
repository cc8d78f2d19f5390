"""After a hand-over the new MSP reads what was done, and not who of the old MSP did it."""

from __future__ import annotations

import json

import pytest
from django.http import HttpResponse
from django.urls import reverse

from apps.access import services as access
from apps.access.models import Membership, User
from apps.access.veils import veils_for_msp
from apps.audit import searching, selectors, verification
from apps.core.scope import no_scope, tenant_scope
from apps.history import services as captures
from apps.offboarding import services
from apps.tenants.models import Tenant
from tests.api.calls import program
from tests.factories import Cast, actor_of, make_cast, make_user
from tests.history.sources import MemorySource
from tests.portal.world import signed_in

REASON = "South takes the region over"
# What tells of the old MSP's people.
TELLTALES = ("Alice", "Carol", "Ned", "192.0.2.77")


@pytest.fixture
def cast(db: None) -> Cast:
    """Contoso went from North, whose people did things there, to South."""
    cast = make_cast()
    alice = cast.alice.as_actor(address="192.0.2.77", request_id="request-1")
    access.grant_role(
        actor=alice, user=make_user("Ned", cast.north), role="backup-reader", tenant=cast.contoso
    )
    with tenant_scope(cast.contoso.pk):
        captures.capture(
            actor=alice, tenant=cast.contoso, mode="full", source=MemorySource(), reason="test"
        )
    erin = make_user("Erin", cast.contoso)
    access.grant_role(actor=alice, user=erin, role="tenant-manager", tenant=cast.contoso)
    made = services.offer_handover(actor=alice, tenant=cast.contoso, reason=REASON)
    services.accept_handover(actor=actor_of(cast.mallory), msp=cast.south, code=made.code)
    return cast


def trail(user: User, tenant: Tenant, **query: str) -> str:
    return text_of(signed_in(user).get(reverse("portal:tenant-audit", args=[tenant.pk]), query))


def text_of(answer: HttpResponse) -> str:
    assert answer.status_code == 200
    return (b"".join(answer) if answer.streaming else answer.content).decode()


def test_the_new_msp_reads_what_was_done_and_not_by_whom(cast: Cast) -> None:
    seen = trail(cast.mallory, cast.contoso)

    assert "Somebody at MSP North" in seen
    assert REASON in seen
    assert "Mallory took over Contoso" in seen
    assert [word for word in TELLTALES if word in seen] == []


def test_the_customers_own_people_read_all_of_it(cast: Cast) -> None:
    seen = trail(cast.dave, cast.contoso)

    assert "Alice" in seen
    assert "Ned" in seen
    assert "Somebody at" not in seen


def test_no_way_of_reading_it_names_them(cast: Cast) -> None:
    mallory = signed_in(cast.mallory)
    ways = [
        mallory.get(reverse("portal:audit")),
        mallory.post(reverse("portal:export-audit"), {"form": "jsonl"}),
        mallory.post(
            reverse("portal:export-tenant-audit", args=[cast.contoso.pk]), {"form": "csv"}
        ),
        program(cast.mallory).get(f"/api/v1/tenants/{cast.contoso.pk}/audit"),
    ]
    with no_scope("a test reads as the push does"):
        rows = list(searching.visible(searching.Reach(frozenset({cast.contoso.pk}))))
        pushed = selectors.read(rows, veils=veils_for_msp(cast.south.pk))
        ours = selectors.read(rows, veils=veils_for_msp(cast.north.pk))

    for seen in (*map(text_of, ways), repr(pushed)):
        assert "Somebody at MSP North" in seen
        assert [word for word in TELLTALES if word in seen] == []
        assert str(cast.alice.pk) not in seen
    assert "Alice" in repr(ours)


def test_nobody_finds_out_by_searching_for_a_name(cast: Cast) -> None:
    for query in ({"person": "Alice"}, {"person": cast.alice.email}, {"text": "Alice"}):
        assert "Somebody at" not in trail(cast.mallory, cast.contoso, **query), query
    assert "Mallory took over" in trail(cast.mallory, cast.contoso, person="Mallory")


def test_one_who_left_the_customer_is_not_taken_for_one_of_it(cast: Cast) -> None:
    with no_scope("a test changes the scene"):
        Membership.objects.filter(user=cast.dave).delete()

    seen = trail(cast.mallory, cast.contoso)

    assert "Dave" not in seen


def test_an_msp_that_takes_its_customer_back_knows_its_own_people(cast: Cast) -> None:
    with no_scope("a test looks"):
        contoso = Tenant.objects.select_related("msp").get(pk=cast.contoso.pk)
    made = services.offer_handover(actor=actor_of(cast.mallory), tenant=contoso, reason=REASON)
    services.accept_handover(actor=actor_of(cast.alice), msp=cast.north, code=made.code)

    seen = trail(cast.alice, cast.contoso)

    assert "Ned" in seen
    assert "Somebody at MSP South offered Contoso" in seen
    # Whoever takes a customer over does so as its new MSP, and the old one lost sight of it then.
    assert "Mallory offered" not in seen


def test_the_chain_is_as_it_was(cast: Cast) -> None:
    trail(cast.mallory, cast.contoso)
    with no_scope("a test verifies"):
        report = verification.verify()
    assert report.intact, json.dumps([str(problem) for problem in report.problems])
