"""The page of the accounts that a tenant keeps for emergencies."""

from __future__ import annotations

from django.urls import reverse

from apps.core.scope import no_scope, tenant_scope
from apps.history import selectors as history
from apps.recovery.guards.break_glass import NONE_NAMED
from apps.tenants.models import BreakGlassAccount
from tests.portal.world import World, signed_in


def page(world: World, person: str, query: str = "") -> str:
    url = reverse("portal:break-glass-accounts", args=[world.tenant.pk])
    answer = signed_in(getattr(world.cast, person)).get(url, {"q": query})
    assert answer.status_code == 200
    return answer.content.decode()


def a_user(world: World) -> str:
    with tenant_scope(world.tenant.pk):
        newest = history.latest_snapshot(world.tenant)
        assert newest is not None
        found = history.state_at(world.tenant, newest.seq, kinds=["user"])
        return next(one.object_id for one in found if one.state == "present")


def test_a_manager_finds_a_user_names_him_and_takes_him_off_again(world: World) -> None:
    account = a_user(world)
    form = {"object_id": account}
    assert NONE_NAMED in page(world, "alice")
    assert f'value="{account}"' in page(world, "alice", account)

    with_proof = signed_in(world.cast.alice)
    with_proof.post(reverse("portal:name-break-glass-account", args=[world.tenant.pk]), form)
    shown = page(world, "alice")

    assert "Only one account is named" in shown
    assert "Take off the list" in shown
    with_proof.post(reverse("portal:forget-break-glass-account", args=[world.tenant.pk]), form)
    assert NONE_NAMED in page(world, "alice")


def test_a_reader_sees_it_and_has_nothing_to_press(world: World) -> None:
    shown = page(world, "bob", a_user(world))

    assert NONE_NAMED in shown
    assert "name-break-glass" not in shown
    assert "Find a user" not in shown


def test_an_old_proof_names_nobody(world: World) -> None:
    hesitant = signed_in(world.cast.alice, confirmed=False)
    url = reverse("portal:name-break-glass-account", args=[world.tenant.pk])

    assert "/account/confirm/" in hesitant.post(url, {"object_id": a_user(world)})["Location"]

    with no_scope("a test counts"):
        assert not BreakGlassAccount.objects.exists()
