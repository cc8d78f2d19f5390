from __future__ import annotations

from tests.sandbox.writes.conftest import Lab

BADGE = {"name": "badge", "dataType": "String", "targetObjects": ["User"]}


def test_an_extension_carries_the_app_id_in_its_name(lab: Lab) -> None:
    application = lab.created("/applications", {"displayName": "App"})
    path = f"/applications/{application['id']}/extensionProperties"

    made = lab.created(path, BADGE)

    name = f"extension_{application['appId'].replace('-', '')}_badge"
    assert (made["name"], made["appDisplayName"]) == (name, "App")
    listed = lab.do("GET", path).body
    assert isinstance(listed, dict)
    assert [each["name"] for each in listed["value"]] == [name]
    assert lab.refused("POST", path, BADGE)[0] == 400
    assert lab.refused("POST", path, BADGE | {"name": "x", "dataType": "Colour"})[2] == (
        "Invalid value specified for property 'dataType' of resource 'ExtensionProperty'."
    )


def test_a_user_carries_its_value_until_it_is_removed(lab: Lab) -> None:
    application = lab.created("/applications", {"displayName": "App"})
    path = f"/applications/{application['id']}/extensionProperties"
    made = lab.created(path, BADGE)
    user = lab.new_user(**{made["name"]: "A-17"})

    shown = lab.do("GET", f"/users/{user['id']}?$select={made['name']}").body

    assert isinstance(shown, dict)
    assert shown[made["name"]] == "A-17"
    assert lab.do("DELETE", f"{path}/{made['id']}").status == 204
    assert lab.refused("DELETE", f"{path}/{made['id']}")[0] == 404


def test_extensions_go_and_return_with_their_application(lab: Lab) -> None:
    application = lab.created("/applications", {"displayName": "App"})
    path = f"/applications/{application['id']}"
    made = lab.created(f"{path}/extensionProperties", BADGE)

    lab.do("DELETE", path)
    assert lab.directory.get(made["id"]) is None
    lab.do("POST", f"/directory/deletedItems/{application['id']}/restore")

    listed = lab.do("GET", f"{path}/extensionProperties").body
    assert isinstance(listed, dict)
    assert [each["id"] for each in listed["value"]] == [made["id"]]
