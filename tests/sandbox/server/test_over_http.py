"""What only a real connection shows: keep-alive, broken answers, methods, bodies."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import requests

from apps.demo.processes import free_port
from tests.support.sandboxes import ROOT, Sandbox, running_sandbox


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("served")) as sandbox:
        yield sandbox


@pytest.fixture
def calm(served: Sandbox) -> Sandbox:
    served.reset()
    return served


def test_a_connection_carries_many_requests(calm: Sandbox) -> None:
    host, port = calm.url.removeprefix("http://").split(":")
    token = calm.token(calm.tenants[0]["id"])
    connection = http.client.HTTPConnection(host, int(port))

    for _ in range(3):
        connection.request("GET", "/v1.0/users", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        assert answer.status == 200
        assert len(orjson.loads(answer.read())["value"]) == 20
    local = connection.sock.getsockname()

    connection.request("GET", "/v1.0/me", headers={})
    assert connection.getresponse().status == 401
    assert connection.sock.getsockname() == local


def test_answers_carry_graphs_headers(calm: Sandbox) -> None:
    answer = calm.graph("GET", "/users?$top=1", headers={"client-request-id": "an-id"})

    assert answer.headers["client-request-id"] == "an-id"
    assert answer.headers["request-id"]
    assert answer.headers["x-ms-resource-unit"] == "1"
    assert "ServerInfo" in answer.headers["x-ms-ags-diagnostic"]
    assert answer.headers["Date"]
    assert answer.headers["Content-Type"].startswith("application/json;odata.metadata=minimal")


def test_head_is_get_without_the_body(calm: Sandbox) -> None:
    assert calm.graph("HEAD", "/organization").status_code == 200
    assert calm.graph("HEAD", "/organization").content == b""


def test_options_tells_what_is_allowed(calm: Sandbox) -> None:
    answer = requests.options(f"{calm.url}/v1.0/users", timeout=10)

    assert answer.status_code == 200
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize(
    ("method", "path", "body", "content_type", "status"),
    [
        ("TRACE", "/v1.0/users", b"", None, 405),
        ("POST", "/v1.0/groups", b"{not json", "application/json", 400),
        ("POST", "/v1.0/groups", b"displayName=a", "application/x-www-form-urlencoded", 415),
        ("POST", "/v1.0/groups", b"{}", None, 400),
        ("GET", "/v1.0/nothing", b"", None, 400),
        ("GET", "/v2.0/users", b"", None, 404),
    ],
)
def test_what_graph_does_not_take_is_refused(
    calm: Sandbox, method: str, path: str, body: bytes, content_type: str | None, status: int
) -> None:
    headers = {"Authorization": f"Bearer {calm.token(calm.tenants[0]['id'])}"}
    if content_type:
        headers["Content-Type"] = content_type

    answer = requests.request(method, calm.url + path, data=body, headers=headers, timeout=10)

    assert answer.status_code == status


def test_a_body_above_four_megabytes_is_refused(calm: Sandbox) -> None:
    headers = {"Content-Type": "application/json"}
    big = b"x" * (4 * 1024 * 1024 + 1)

    answer = requests.post(f"{calm.url}/v1.0/groups", data=big, headers=headers, timeout=10)

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        (None, "Access token is empty."),
        ("Basic abc", "Access token is empty."),
        ("Bearer abc", "IDX14100"),
        ("Bearer a.b.c", "Signature verification failed."),
    ],
)
def test_a_call_without_a_good_token_is_challenged(
    calm: Sandbox, authorization: str | None, message: str
) -> None:
    headers = {"Authorization": authorization} if authorization else {}

    answer = requests.get(f"{calm.url}/v1.0/users", headers=headers, timeout=10)

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"
    assert message in answer.json()["error"]["message"]
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm=""')


def test_an_expired_token_is_refused(calm: Sandbox) -> None:
    calm.token(calm.tenants[0]["id"])
    calm.control("POST", "/clock", {"advance_seconds": 3600})

    answer = calm.graph("GET", "/users")

    assert answer.status_code == 401
    assert "expired" in answer.json()["error"]["message"]


def test_a_dropped_connection_has_no_answer(calm: Sandbox) -> None:
    calm.token(calm.tenants[0]["id"])
    calm.control("POST", "/weather", {"drop_rate": 1})

    with pytest.raises(requests.ConnectionError):
        calm.graph("GET", "/users")


def test_half_a_body_ends_too_early(calm: Sandbox) -> None:
    token = calm.token(calm.tenants[0]["id"])
    calm.control("POST", "/weather", {"half_body_rate": 1})
    host, port = calm.url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port))
    connection.request("GET", "/v1.0/users", headers={"Authorization": f"Bearer {token}"})

    answer = connection.getresponse()

    assert answer.status == 200
    with pytest.raises(http.client.IncompleteRead):
        answer.read()


def test_a_slow_answer_does_not_hold_up_the_others(calm: Sandbox) -> None:
    calm.token(calm.tenants[0]["id"])
    calm.control("POST", "/weather", {"slow_ms": 150})

    slow = calm.graph("GET", "/organization").elapsed.total_seconds()
    control = calm.session.get(f"{calm.url}/_sandbox/weather", timeout=10)

    assert slow >= 0.15
    assert control.elapsed.total_seconds() < 0.1


def test_each_call_leaves_a_line_without_values(calm: Sandbox) -> None:
    body = {
        "displayName": "Secret name",
        "mailNickname": "secret",
        "mailEnabled": False,
        "securityEnabled": True,
    }
    item = {"id": "1", "method": "GET", "url": "/organization?$select=id"}
    calm.graph("POST", "/groups", body)
    calm.graph("POST", "/$batch", {"requests": [item]})

    lines = [orjson.loads(line) for line in calm.request_log.read_bytes().splitlines()[-3:]]

    created, inner, batch = lines
    assert (created["method"], created["path"], created["status"]) == ("POST", "/v1.0/groups", 201)
    assert created["body_keys"] == sorted(body)
    assert "Secret" not in str(lines)
    assert created["app"] == calm.lab["client_id"]
    assert created["app_name"] == "Sandbox Lab"
    assert (inner["path"], inner["query"]) == ("/v1.0/organization", "$select=id")
    assert batch["path"] == "/v1.0/$batch"
    assert inner["batch"] == batch["batch"]
    assert (inner["resource_units"], batch["resource_units"]) == (1, 0)
    assert batch["body_keys"] == ["requests"]


def test_a_line_shows_address_and_cost_as_they_were(calm: Sandbox) -> None:
    calm.graph("GET", "/applications(appId='none')?$select=id")
    calm.graph("GET", "/users?$filter=displayName eq 'A B'&$top=5")
    calm.session.get(f"{calm.url}/v1.0/users?$top=1", timeout=10)

    lines = [orjson.loads(line) for line in calm.request_log.read_bytes().splitlines()[-3:]]

    keyed, filtered, refused = lines
    assert (keyed["path"], keyed["status"]) == ("/v1.0/applications(appId='none')", 404)
    assert filtered["query"] == "$filter=displayName%20eq%20'A%20B'&$top=5"
    assert (keyed["resource_units"], filtered["resource_units"]) == (1, 1)
    assert (refused["status"], refused["app"], refused["tenant"]) == (401, None, None)
    assert (refused["path"], refused["query"]) == ("/v1.0/users", "$top=1")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "apps.sandbox", *arguments]


def outcome(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])

        answer = outcome("--port", port)

    assert answer.returncode == 1
    assert answer.stderr.splitlines() == [
        f"sandbox: cannot listen on 127.0.0.1 port {port}: Address already in use"
    ]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--users", "3"], "'3' is not a whole number from 20 to 1000000"),
        (["--fault-rate", "7"], "'fault_rate' must be a number from 0 to 1"),
        (["--load", "/nowhere"], "'/nowhere' is not a directory"),
    ],
)
def test_wrong_arguments_say_what_is_wrong(arguments: list[str], text: str) -> None:
    answer = outcome(*arguments)

    assert answer.returncode == 2
    assert text in answer.stderr.splitlines()[-1]


def test_an_unwritable_state_file_is_one_clear_line(tmp_path: Path) -> None:
    answer = outcome("--port", "0", "--state", str(tmp_path / "missing" / "state.db"))

    assert answer.returncode == 1
    assert len(answer.stderr.splitlines()) == 1
    assert "state.db is not a file in an existing directory" in answer.stderr


def test_an_interrupt_stops_it_cleanly_and_keeps_the_state(tmp_path: Path) -> None:
    state, ready = tmp_path / "state.db", tmp_path / "ready.json"
    arguments = ["--port", str(free_port()), "--state", str(state), "--ready-file", str(ready)]

    first = run_until_interrupted(arguments, ready)
    tenant = first["tenants"][0]["id"]
    second = run_until_interrupted(arguments, ready)

    assert second["tenants"][0] == first["tenants"][0]
    assert second["lab"]["client_id"] == first["lab"]["client_id"]
    assert tenant


def run_until_interrupted(arguments: list[str], ready: Path) -> dict[str, Any]:
    process = subprocess.Popen(
        command(*arguments), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    while line and "tenant" not in line:
        line = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    return dict(orjson.loads(ready.read_bytes()))
