"""The state file: what was answered is there again after the process has died."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from apps.demo.processes import free_port
from apps.sandbox.persistence.store import StateFileError, Store
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record
from apps.sandbox.state.world import World
from tests.sandbox.server.inside import Inside, sandbox_inside
from tests.support.sandboxes import ROOT, Sandbox


def contents(directory: Directory) -> dict[str, Any]:
    """Everything a directory keeps, in a form that can be compared."""
    state = directory.checkpoint()
    return {
        "live": {each.id: each for each in state["_records"].values()},
        "bin": state["_bin"],
        "aside": {key: set(aside.links) for key, aside in state["_aside"].items()},
        "links": {name: set(table.pairs()) for name, table in directory.relations()},
        "audit": directory.audit,
        "changes": list(directory.changes.between(directory.changes.start, 10**9)),
        "sequence": (directory.changes.start, directory.changes.sequence),
        "order": [each.id for each in directory.of_type("user")],
        "facts": (directory.display_name, directory.domains, directory.category),
        "licences": directory.licences,
    }


def kept(inside: Inside, path: Path) -> Store:
    """Keep the sandbox's state in a new file."""
    store = Store(inside.world, path)
    store.begin()
    inside.sandbox.store = store
    return store


def ordinary(inside: Inside, user: Record) -> bool:
    """Whether an application may delete the user: cloud-only and without a role."""
    directory = inside.customers[0]
    synced = user.body.get("onPremisesSyncEnabled")
    return not synced and not directory.find_all("unifiedRoleAssignment", "principalId", user.id)


def reopened(path: Path) -> World:
    world = World()
    store = Store(world, path)
    store.load()
    store.close()
    return world


def assert_same(world: World, again: World) -> None:
    assert list(again.directories) == list(world.directories)
    for tenant, directory in world.directories.items():
        before, after = contents(directory), contents(again.directories[tenant])
        before["links"] = {name: pairs for name, pairs in before["links"].items() if pairs}
        after["links"] = {name: pairs for name, pairs in after["links"].items() if pairs}
        assert after == before


def test_a_seed_is_the_same_after_a_restart(inside: Inside, tmp_path: Path) -> None:
    kept(inside, tmp_path / "state.db").close()

    assert_same(inside.world, reopened(tmp_path / "state.db"))


def test_every_kind_of_change_is_written_through(inside: Inside, tmp_path: Path) -> None:
    store = kept(inside, tmp_path / "state.db")
    roleless = [each for each in inside.customers[0].of_type("user") if ordinary(inside, each)]
    users = [each.id for each in roleless]
    group = {"displayName": "A", "mailNickname": "a", "mailEnabled": False, "securityEnabled": True}
    created = inside.graph("POST", "/groups", group).data["id"]
    member = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{users[3]}"}

    assert inside.graph("POST", f"/groups/{created}/members/$ref", member).status == 204
    assert inside.graph("PATCH", f"/users/{users[4]}", {"jobTitle": None}).status == 204
    assert inside.graph("DELETE", f"/users/{users[5]}").status == 204
    assert inside.graph("DELETE", f"/users/{users[6]}").status == 204
    assert inside.graph("POST", f"/directory/deletedItems/{users[6]}/restore").status == 200
    assert inside.graph("DELETE", f"/users/{users[7]}").status == 204
    assert inside.graph("DELETE", f"/directory/deletedItems/{users[7]}").status == 204
    store.close()

    assert_same(inside.world, reopened(tmp_path / "state.db"))


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],  # an example writes a file: shrinking takes minutes
)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 19), st.integers(0, 19)), max_size=25))
def test_any_history_survives_a_restart(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[int, int, int]]
) -> None:
    inside = sandbox_inside()
    path = tmp_path_factory.mktemp("state") / "state.db"
    store = kept(inside, path)
    directory = inside.customers[0]
    users = [each.id for each in directory.of_type("user")]
    for act, first, second in acts:
        do(directory, act, users[first], users[second])
        store.flush()
    store.close()

    assert_same(inside.world, reopened(path))


def do(directory: Directory, act: int, one: str, other: str) -> None:
    """One raw change, if it is possible now."""
    live = directory.get(one) is not None
    deleted = directory.get_deleted(one) is not None
    if act == 0 and live:
        directory.change(one, {"jobTitle": other, "department": None})
    elif act == 1 and live and directory.get(other):
        directory.link("user.manager", one, other)
    elif act == 2 and live:
        directory.unlink("user.manager", one, other)
    elif act == 3 and live:
        directory.soft_delete(one)
    elif act == 4 and deleted:
        directory.restore(one)
    elif act == 5 and (live or deleted):
        directory.purge(one)
    elif act == 6:
        directory.add("user", {"displayName": other})
        directory.write_audit({"id": other})


def test_a_reset_is_written_too(inside: Inside, tmp_path: Path) -> None:
    store = kept(inside, tmp_path / "state.db")
    user = next(iter(inside.customers[0].of_type("user")))
    inside.graph("PATCH", f"/users/{user.id}", {"jobTitle": "Else"})
    inside.post("/_sandbox/reset", {})
    store.close()

    again = reopened(tmp_path / "state.db")

    assert_same(inside.world, again)
    found = again.directories[inside.customers[0].tenant_id].get(user.id)
    assert found is not None
    assert found.body == user.body


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Not a database at all, but long enough to look like a file of one." * 20)

    with pytest.raises(StateFileError, match="is not a state file"):
        Store(World(), path)


def test_a_file_in_use_is_refused(inside: Inside, tmp_path: Path) -> None:
    store = kept(inside, tmp_path / "state.db")

    with pytest.raises(StateFileError, match="in use by another sandbox"):
        Store(World(), tmp_path / "state.db")
    store.close()


def test_a_killed_sandbox_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    arguments = ["--state", str(tmp_path / "state.db"), "--tenants", "1"]
    with Killable(arguments) as first:
        user = first.graph("GET", "/users?$top=1").json()["value"][0]["id"]
        token = first.graph("GET", "/users/delta?$deltatoken=latest").json()["@odata.deltaLink"]
        assert first.graph("PATCH", f"/users/{user}", {"jobTitle": "Kept"}).status_code == 204
        bearer = first.token(first.tenants[0]["id"])

    with Killable(arguments) as second:
        headers = {"Authorization": f"Bearer {bearer}"}
        shown = requests.get(f"{second.url}/v1.0/users/{user}", headers=headers, timeout=10)
        address = second.url + "/v1.0" + token.split("/v1.0")[1]
        delta = requests.get(address, headers=headers, timeout=10)

    assert shown.json()["jobTitle"] == "Kept"
    assert [each["id"] for each in delta.json()["value"]] == [user]


class Killable:
    """A sandbox process that ends by SIGKILL."""

    def __init__(self, arguments: list[str]) -> None:
        self.port = str(free_port())
        command = [sys.executable, "-m", "apps.sandbox", "--port", self.port, *arguments]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Sandbox:
        assert self.process.stdout is not None
        assert "ready" in self.process.stdout.readline()
        return Sandbox(f"http://127.0.0.1:{self.port}", Path(os.devnull))

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()
