"""A directory of any size, over HTTP in Graph's shape.

    python -m apps.demo.bench.history.large_directory PORT UPSTREAM USERS LINKS

The sandbox holds each object in memory, which is too much for a million users with five million
links. This server holds nothing: it makes up the pages of users, of their managers, and of groups
with their members as they are asked for, and hands everything else on to a small sandbox at
UPSTREAM (sign-in, policies, bins, the audit log). Nothing in it ever changes.

Each user but the first has a manager; the other links are members of groups, 1,000 to a group.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import orjson
import requests

from apps.demo.bench.history.people import CONTEXT, person

MEMBERS = 1_000
_GROUPS_ON_A_PAGE = 20
_USERS_ON_A_PAGE = 999
_WORD = 2**64 - 1
_NOT_HANDED_ON = {"connection", "content-length", "content-encoding", "transfer-encoding", "date"}


@dataclass(frozen=True)
class Directory:
    """Makes up pages. links: managers first, then members."""

    users: int
    links: int

    @property
    def groups(self) -> int:
        return -(-max(0, self.links - self.users + 1) // MEMBERS)

    def user_page(self, begin: int, *, whole: bool, managers: bool) -> list[dict[str, Any]]:
        """whole: with all properties. managers: with the manager expanded."""
        numbers = range(begin, min(begin + _USERS_ON_A_PAGE, self.users))
        return [self._user(number, whole=whole, managers=managers) for number in numbers]

    def group_page(self, begin: int) -> list[dict[str, Any]]:
        numbers = range(begin, min(begin + _GROUPS_ON_A_PAGE, self.groups))
        return [{**_group(number), "members@delta": [*self._members(number)]} for number in numbers]

    def group_ids(self, begin: int) -> list[dict[str, Any]]:
        numbers = range(begin, min(begin + _USERS_ON_A_PAGE, self.groups))
        return [{"id": object_id("group", number)} for number in numbers]

    def _user(self, number: int, *, whole: bool, managers: bool) -> dict[str, Any]:
        # A few thousand people in all but what has to be their own: making each up by himself
        # would take longer than to read him.
        known: dict[str, Any] = {"id": object_id("user", number)}
        if whole:
            name = f"{number}.{number * 7919 % 3000}"
            mail = f"{name}@contoso.example"
            known = {
                **_models()[number % len(_models())],
                **known,
                "displayName": f"Person {name}",
                "employeeId": f"{100000 + number}",
                "mail": mail,
                "mailNickname": name,
                "mobilePhone": f"+31 6 {number * 7368787 % 10**8:08d}",
                "proxyAddresses": [f"SMTP:{mail}", f"smtp:{name}@fabrikam.example"],
                "userPrincipalName": mail,
            }
        if managers and number:
            known["manager"] = {"id": object_id("user", number // 10)}
        return known

    def _members(self, group: int) -> Iterator[dict[str, str]]:
        begin = group * MEMBERS
        for place in range(begin, min(begin + MEMBERS, self.links - self.users + 1)):
            # Each user once before anybody is in a second group.
            yield {
                "@odata.type": "#microsoft.graph.user",
                "id": object_id("user", place % self.users),
            }


def object_id(kind: str, number: int) -> str:
    """Ids in no order, as Entra's are; never two alike within a kind."""
    spread = number * 0x9E3779B97F4A7C15 & _WORD
    text = f"{spread:016x}{number:016x}"
    sort = {"user": "a", "group": "b"}[kind]
    return f"{text[:8]}-{text[8:12]}-4{text[12:15]}-{sort}{text[15]}{text[18:20]}-{text[20:]}"


_KNOWN_MODELS: list[dict[str, Any]] = []


def _models() -> list[dict[str, Any]]:
    if not _KNOWN_MODELS:
        _KNOWN_MODELS.extend(person(number) for number in range(2_000))
    return _KNOWN_MODELS


def _group(number: int) -> dict[str, Any]:
    return {
        "id": object_id("group", number),
        "displayName": f"Group {number}",
        "description": f"Members from {number * MEMBERS} on",
        "groupTypes": [],
        "mailEnabled": False,
        "mailNickname": f"group{number}",
        "securityEnabled": True,
        "visibility": "Private",
    }


_PATHS = ("/v1.0/users", "/v1.0/users/delta", "/v1.0/groups", "/v1.0/groups/delta")


class Handler(BaseHTTPRequestHandler):
    """Answers for one connection."""

    protocol_version = "HTTP/1.1"
    directory: ClassVar[Directory]
    upstream: ClassVar[str]

    def do_GET(self) -> None:
        there = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(there.query).items()}
        answer = self._page(there.path, asked)
        if answer is None:
            self._hand_on()
        else:
            self._send(200, {"Content-Type": "application/json"}, orjson.dumps(answer))

    def do_POST(self) -> None:
        self._hand_on()

    def _page(self, path: str, asked: dict[str, str]) -> dict[str, Any] | None:
        if path not in _PATHS:
            return None
        # Here alone: the tokens of other lists are the sandbox's.
        begin = int(asked.get("$skiptoken", 0))
        directory = self.directory
        if path in ("/v1.0/users/delta", "/v1.0/groups/delta") and "$deltatoken" in asked:
            return {"value": [], "@odata.deltaLink": self._link(path, {"$deltatoken": "end"})}
        if path == "/v1.0/groups/delta":
            page = directory.group_page(begin)
            more = begin + len(page) < directory.groups
            return self._listed(path, asked, page, more, end={"$deltatoken": "end"})
        if path == "/v1.0/groups":
            page = directory.group_ids(begin)
            return self._listed(path, asked, page, begin + len(page) < directory.groups)
        if path == "/v1.0/users":
            whole = "displayName" in asked.get("$select", "")
            managers = asked.get("$expand", "").startswith("manager")
            page = directory.user_page(begin, whole=whole, managers=managers)
            return self._listed(path, asked, page, begin + len(page) < directory.users)
        return None

    def _listed(
        self,
        path: str,
        asked: dict[str, str],
        page: list[dict[str, Any]],
        more: bool,
        *,
        end: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        answer: dict[str, Any] = {"@odata.context": CONTEXT, "value": page}
        if more:
            following = int(asked.get("$skiptoken", 0)) + len(page)
            kept: dict[str, str] = {
                name: asked[name] for name in ("$select", "$expand") if name in asked
            }
            link = self._link(path, {**kept, "$skiptoken": str(following)})
            answer["@odata.nextLink"] = link
        elif end:
            answer["@odata.deltaLink"] = self._link(path, end)
        return answer

    def _link(self, path: str, asked: dict[str, str]) -> str:
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        return f"http://{self.headers['Host']}{path}?{query}"

    def _hand_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = requests.request(
            self.command,
            f"{self.upstream}{self.path}",
            data=body,
            headers=dict(self.headers),
            allow_redirects=False,
            timeout=120,
        )
        kept = {
            name: value
            for name, value in answer.headers.items()
            if name.lower() not in _NOT_HANDED_ON
        }
        self._send(answer.status_code, kept, answer.content)

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing: there are thousands of requests."""


def server(port: int, upstream: str, directory: Directory) -> ThreadingHTTPServer:
    """Ready to serve on this machine."""
    answering = type("Answering", (Handler,), {"directory": directory, "upstream": upstream})
    return ThreadingHTTPServer(("127.0.0.1", port), answering)


if __name__ == "__main__":
    port, upstream, users, links = sys.argv[1:]
    server(int(port), upstream, Directory(int(users), int(links))).serve_forever()
