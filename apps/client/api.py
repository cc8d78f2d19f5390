"""Asking the API: one session, one token, errors as Failure."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast
from urllib.parse import parse_qsl, quote, urlsplit
from uuid import uuid4

import requests
from requests.auth import AuthBase

from apps.client import VERSION
from apps.client.errors import Exit, Failure, from_problem
from apps.client.keeping import SignIn

Thing = dict[str, Any]
Query = Mapping[str, Any]

# Seconds: to connect, and between two bytes of an answer.
TIMEOUT = (10, 120)
TRIES = 4
WORTH_A_RETRY = (429, 502, 503, 504)
# The same request of ours, sent before, is still being answered.
STILL_AT_IT = "idempotency-key-in-use"
# Nobody at a terminal waits longer for one answer; the API counts by the minute.
LONGEST_WAIT = 90.0
PAGE = 200


class _Bearer(AuthBase):
    """The token in its header. An auth of one's own also keeps ~/.netrc from taking its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


@dataclass
class Api:
    """pause: waits so many seconds; told what for by nobody, so that tests need not wait."""

    sign_in: SignIn
    pause: Callable[[float], None] = time.sleep
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.auth = _Bearer(self.sign_in.token)
        self.session.headers["User-Agent"] = f"holdfast/{VERSION}"
        self.session.headers["Accept"] = "application/json"

    def get(self, path: str, query: Query | None = None) -> Thing:
        """One thing. path: below /api/v1. Raises Failure."""
        return _thing(self._ask_again("GET", path, params=query))

    def post(self, path: str, body: Query | None = None) -> Thing:
        """Ask for something to be made or done: once, however often it has to be sent, because all
        of it carries the same key. Raises Failure."""
        headers = {"Idempotency-Key": str(uuid4())}
        return _thing(self._ask_again("POST", path, json=dict(body or {}), headers=headers))

    def every(self, path: str, query: Query | None = None, limit: int = 0) -> Iterator[Thing]:
        """The things of a list, page by page, at most `limit` of them (0: all)."""
        found = self._every(path, {"limit": min(limit or PAGE, PAGE), **(query or {})})
        return islice(found, limit) if limit else found

    def file(self, path: str, query: Query | None = None) -> requests.Response:
        """A file, not yet read: `iter_content` gives it in parts."""
        return self._ask_again("GET", path, params=query, stream=True)

    def portal(self, path: str) -> str:
        """The address of a page of the portal."""
        return f"{self.sign_in.url}/{path}"

    def _every(self, path: str, query: Query) -> Iterator[Thing]:
        wanted: Any = query
        while wanted:
            page = self.get(path, wanted)
            yield from page["results"]
            # Only the question is taken from the link: the token goes where it always went.
            wanted = parse_qsl(urlsplit(page["next"]).query) if page["next"] else None

    def _ask_again(self, method: str, path: str, **more: Any) -> requests.Response:
        for tries_left in reversed(range(TRIES)):
            try:
                return self._send(method, path, **more)
            except Failure as failure:
                wait = _wait(failure, TRIES - tries_left)
                if not tries_left or wait is None:
                    raise
                self.pause(wait)
        raise AssertionError("the last try returns or raises")

    def _send(self, method: str, path: str, **more: Any) -> requests.Response:
        url = f"{self.sign_in.url}/api/v1{path}"
        try:
            answer = self.session.request(
                method, url, timeout=TIMEOUT, allow_redirects=False, **more
            )
        except requests.exceptions.SSLError as error:
            raise _untrusted(self.sign_in.url) from error
        except requests.exceptions.RequestException as error:
            raise _unreachable(self.sign_in.url, method) from error
        except OSError as error:
            # How requests says that REQUESTS_CA_BUNDLE names no file.
            raise _untrusted(self.sign_in.url) from error
        if answer.status_code < 300:
            return answer
        raise _refusal(answer, self.sign_in.url)


def at(tenant: Thing, *parts: object) -> str:
    """The path of something of a tenant's; parts are quoted, whatever somebody typed."""
    return "/".join(["/tenants", tenant["id"], *(quote(str(part), safe="") for part in parts)])


def _thing(answer: requests.Response) -> Thing:
    try:
        return cast(Thing, answer.json())
    except ValueError:
        raise _not_holdfast(answer.status_code, answer.url) from None


def _refusal(answer: requests.Response, url: str) -> Failure:
    try:
        said = answer.json()
    except ValueError:
        said = None
    if isinstance(said, dict) and "code" in said:
        failure = from_problem(answer.status_code, said)
    else:
        failure = _not_holdfast(answer.status_code, url)
    failure.said.setdefault("status", answer.status_code)
    failure.said["retry_after"] = _seconds(answer.headers.get("Retry-After", ""))
    return failure


def _wait(failure: Failure, tried: int) -> float | None:
    """Seconds until it makes sense to ask again, None when it does not."""
    status = failure.said.get("status")
    worth_it = failure.code in ("unreachable", STILL_AT_IT) or status in WORTH_A_RETRY
    if not worth_it:
        return None
    asked_for = failure.said.get("retry_after")
    wait = float(asked_for) if asked_for is not None else 2.0 ** (tried - 1)
    return wait if wait <= LONGEST_WAIT else None


def _seconds(header: str) -> int | None:
    return int(header) if header.isascii() and header.isdigit() else None


def _unreachable(url: str, method: str) -> Failure:
    safe = "Nothing was changed by this command." if method == "GET" else ""
    todo = "Look whether the address is right and the network is up, then try again."
    if method != "GET":
        todo += " It may have been done all the same: look before you repeat it."
    return Failure(
        f"{url} does not answer.", Exit.UNAVAILABLE, code="unreachable", safe=safe, todo=todo
    )


def _untrusted(url: str) -> Failure:
    return Failure(
        f"The certificate of {url} is not trusted.",
        Exit.UNAVAILABLE,
        code="certificate",
        safe="Nothing was sent.",
        todo="Behind an inspecting proxy, name its authority in REQUESTS_CA_BUNDLE.",
    )


def _not_holdfast(status: int, url: str) -> Failure:
    return Failure(
        f"{url} answered (HTTP {status}), but not as Holdfast does.",
        Exit.UNAVAILABLE,
        code="not-holdfast",
        todo="Look whether the address is right; a proxy in between may have answered.",
    )
