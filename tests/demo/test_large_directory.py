"""A directory that is made up as it is read: all of it is there, once, and alike each time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests

from apps.demo.bench.history.large_directory import MEMBERS, Directory, object_id, server
from apps.demo.processes import free_port

USERS, LINKS = 1_500, 4_000


class _Sandbox(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(418)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    behind = HTTPServer(("127.0.0.1", 0), _Sandbox)
    upstream = f"http://127.0.0.1:{behind.server_port}"
    front = server(free_port(), upstream, Directory(USERS, LINKS))
    for each in (behind, front):
        threading.Thread(target=each.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{front.server_port}"
    for each in (front, behind):
        each.shutdown()
        each.server_close()


def pages(start: str) -> Iterator[dict[str, Any]]:
    here: str | None = start
    while here:
        page = requests.get(here, timeout=10).json()
        yield page
        here = page.get("@odata.nextLink")


def test_every_user_is_listed_once_with_a_manager(url: str) -> None:
    listed = [
        user
        for page in pages(f"{url}/v1.0/users?$select=id,displayName&$expand=manager($select=id)")
        for user in page["value"]
    ]

    ids = {user["id"] for user in listed}
    assert len(listed) == len(ids) == USERS
    assert len({user["userPrincipalName"] for user in listed}) == USERS
    managers = [user["manager"]["id"] for user in listed if "manager" in user]
    assert len(managers) == USERS - 1
    assert ids.issuperset(managers)


def test_groups_come_by_delta_with_the_rest_of_the_links(url: str) -> None:
    found = [*pages(f"{url}/v1.0/groups/delta?$select=displayName,members")]

    groups = [group for page in found for group in page["value"]]
    links = {(group["id"], member["id"]) for group in groups for member in group["members@delta"]}
    assert len(links) == LINKS - (USERS - 1)
    assert max(len(group["members@delta"]) for group in groups) == MEMBERS
    assert {member for _, member in links} <= {object_id("user", n) for n in range(USERS)}
    assert found[-1]["@odata.deltaLink"] == f"{url}/v1.0/groups/delta?$deltatoken=end"
    assert requests.get(found[-1]["@odata.deltaLink"], timeout=10).json()["value"] == []


def test_everything_else_is_handed_on(url: str) -> None:
    answer = requests.post(f"{url}/v1.0/$batch", data=b"as it came", timeout=10)

    assert (answer.status_code, answer.content) == (418, b"as it came")
