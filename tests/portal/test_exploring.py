"""Looking through snapshots: what people see, where it leads, and that the look is recorded."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditRecord
from apps.core.scope import no_scope, tenant_scope
from apps.history.search.indexing import update_index
from apps.tenants import keys
from tests.factories import make_tenant
from tests.history.sources import MemorySource
from tests.portal.world import POLICY, World, capture, object_id, signed_in


@pytest.fixture
def alice(world: World) -> Client:
    return signed_in(world.cast.alice)


def address(world: World, route: str, *parts: object, tenant: object = None) -> str:
    return reverse(f"portal:{route}", args=[tenant or world.tenant.pk, *parts])


def text(client: Client, url: str, **query: object) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_snapshot_shows_its_kinds_with_counts_and_lists_what_is_asked_for(
    world: World, alice: Client
) -> None:
    kinds = text(alice, address(world, "explore"))
    found = text(alice, address(world, "explore"), q="mfa", at=1)
    nothing = text(alice, address(world, "explore"), q="no such name")

    assert "kind=conditionalAccessPolicy" in kinds
    assert "Require MFA" in found
    assert "This is the past" in found
    assert "Nothing found" in nothing


@pytest.mark.parametrize("indexed", [False, True])
def test_a_page_goes_on_where_the_one_before_ended(
    world: World, alice: Client, monkeypatch: pytest.MonkeyPatch, *, indexed: bool
) -> None:
    monkeypatch.setattr("apps.history.search.listing.SORTED_UP_TO", 0)
    with tenant_scope(world.tenant.pk):
        for number in range(60):
            world.source.put("user", object_id(100 + number), displayName=f"Person {number}")
        capture(world.tenant, world.source)
        if indexed:
            update_index(world.tenant)

    answer = alice.get(address(world, "explore"), {"kind": "user", "q": "person"})
    rest = text(alice, address(world, "explore") + answer.context["next"])

    assert len(answer.context["page"].objects) == 50
    assert rest.count(">Person ") == 10
    assert "Further objects" not in rest


def test_an_object_shows_its_properties_story_and_ties(world: World, alice: Client) -> None:
    group = text(alice, address(world, "object", "group", object_id(1000)), at=1)
    policy = text(alice, address(world, "object", POLICY, object_id(2000)), at=1)

    assert "CA Exclude &lt;Emergency&gt;" in group
    assert "Require MFA" in group  # where it is used
    assert "conditions.users.excludeGroups[]" in group
    assert "It has changed since" in policy
    assert "Recover this" in policy
    assert "CA Exclude &lt;Emergency&gt;" in policy  # a name beside an id


def test_two_versions_stand_side_by_side(world: World, alice: Client) -> None:
    page = text(
        alice, address(world, "object-versions", POLICY, object_id(2000)), version=["2", "1"]
    )

    assert "Snapshot 1 and snapshot 2" in page
    assert "conditions.users.excludeGroups" in page
    assert object_id(1000) in page


def test_what_was_deleted_is_found_and_says_so(world: World, alice: Client) -> None:
    with tenant_scope(world.tenant.pk):
        world.source.hard_delete("group", object_id(1000))
        capture(world.tenant, world.source)

    deleted = text(alice, address(world, "explore"), state="deleted")
    page = text(alice, address(world, "object", "group", object_id(1000)))
    before = text(alice, address(world, "object", "group", object_id(1000)), at=2)
    searched = text(alice, reverse("portal:search"), q="emergency")

    assert "CA Exclude &lt;Emergency&gt;" in deleted
    assert "Deleted for good by snapshot 3" in page
    assert "It has been deleted for good since" in before
    assert "deleted for good" in searched


def test_what_there_is_not_is_not_found(world: World, alice: Client) -> None:
    new = make_tenant(world.cast.north, "Newcomer").pk
    urls = [
        address(world, "object", "user", "nobody"),
        address(world, "object", "spaceship", object_id(1)),
        address(world, "explore") + "?at=99",
        address(world, "object", "user", object_id(1), tenant=new),
    ]

    assert [alice.get(url).status_code for url in urls] == [404] * 4
    assert "No snapshot yet" in text(alice, address(world, "explore", tenant=new))


def test_a_search_over_all_tenants_finds_only_what_is_ones_own(world: World) -> None:
    url = reverse("portal:search")

    of_alice = text(signed_in(world.cast.alice), url, q="require mfa")
    of_mallory = text(signed_in(world.cast.mallory), url, q="require mfa")

    assert "Contoso" in of_alice
    assert object_id(2000) in of_alice
    assert "Contoso" not in of_mallory
    assert object_id(2000) not in of_mallory


def test_a_tenant_without_its_key_keeps_no_other_from_being_found(world: World) -> None:
    shut = make_tenant(world.cast.north, "Fabrikam")
    with tenant_scope(shut.pk):
        capture(shut, MemorySource())
        with connection.cursor() as cursor:
            cursor.execute("delete from tenants_tenantkey where tenant_id = %s", [shut.pk])
    keys.forget_cached()

    shown = text(signed_in(world.cast.alice), reverse("portal:search"), q="require mfa")

    assert object_id(2000) in shown
    assert "Not searched" in shown
    assert "Fabrikam" in shown.partition("Not searched")[2]


def test_who_looked_at_an_object_is_recorded(world: World, alice: Client) -> None:
    alice.get(address(world, "object", "user", object_id(1)))

    with no_scope("a test reads the trail"):
        looks = AuditRecord.objects.filter(event="personal_data.viewed", tenant_id=world.tenant.pk)
        assert {"what": "object", "thing": f"user {object_id(1)}"} in [row.data for row in looks]
