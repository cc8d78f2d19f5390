"""Objects by the API: searched, read, and followed along their ties, page by page."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.calls import Program, program
from tests.portal.world import POLICY, World, object_id


@pytest.fixture
def alice(world: World) -> Program:
    return program(world.cast.alice)


def get(alice: Program, path: str, **query: Any) -> Any:
    answer = alice.get(path, **query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def at(world: World, seq: int) -> str:
    return f"/api/v1/tenants/{world.tenant.pk}/snapshots/{seq}"


def test_objects_are_listed_page_by_page_with_the_properties_asked_for(
    world: World, alice: Program
) -> None:
    path = f"{at(world, 2)}/objects"
    first = get(alice, path, kind="user", field="department", limit=2)
    rest = get(alice, first["next"])

    ids = [one["id"] for one in (*first["results"], *rest["results"])]
    assert ids == [object_id(number) for number in (1, 2, 3)]
    assert first["results"][0]["properties"].keys() == {"department"}
    assert (rest["next"], rest["stopped"]) == (None, False)


def test_a_cursor_is_good_for_its_own_question_alone(world: World, alice: Program) -> None:
    path = f"{at(world, 2)}/objects"
    cursor = get(alice, path, kind="user", limit=2)["next"].partition("cursor=")[2].split("&")[0]

    answer = alice.get(f"{path}?kind=group&cursor={cursor}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "bad-cursor"


def test_an_object_is_read_at_a_snapshot_and_in_all_its_versions(
    world: World, alice: Program
) -> None:
    ties = f"objects/{POLICY}/{object_id(2000)}"

    read = get(alice, f"{at(world, 1)}/{ties}")
    versions = get(alice, f"/api/v1/tenants/{world.tenant.pk}/{ties}/versions")["results"]

    assert read["label"] == "Require MFA"
    assert read["body"]["conditions"]["users"]["excludeGroups"] == [object_id(1000)]
    assert [one["seq"] for one in versions] == [2, 1]
    assert versions[0]["changed"] == ["conditions"]


def test_where_an_object_is_used_and_what_it_is_linked_with(world: World, alice: Program) -> None:
    group = f"{at(world, 1)}/objects/group/{object_id(1000)}"

    used = get(alice, f"{group}/used-by")["results"]
    by_id = get(alice, f"{at(world, 1)}/uses", id=object_id(1000))["results"]
    links = get(alice, f"{group}/links", direction="to")["results"]

    assert [one["paths"] for one in used] == [["conditions.users.excludeGroups[]"]]
    assert by_id == used
    assert links == []


def test_one_search_covers_the_tenants_that_a_token_reaches(world: World) -> None:
    path = "/api/v1/search"

    of_all = get(program(world.cast.alice), path, q="require")
    elsewhere = program(world.cast.alice, tenant_ids=[world.cast.fabrikam.pk])

    assert [one["tenant"] for one in of_all["results"]] == ["Contoso"]
    assert get(elsewhere, path, q="require")["results"] == []
    assert elsewhere.get(path, q="x").status_code == 400
