"""Bytes out, bytes in: one HTTP exchange, with nothing decided about trying again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import orjson
import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from apps.entra.clouds import SANDBOX_LOGIN, Cloud

# Connecting, and silence while reading, in real seconds. Graph itself gives up after 100.
TIMEOUT = (10, 120)


class NotSent(Exception):
    """The connection could not be made: nothing reached Graph."""


class Broken(Exception):
    """The connection broke, or only part of an answer came: nobody knows what Graph did."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer; headers with lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]


class Transport:
    """One HTTP session to Graph; connections are kept open between requests."""

    def __init__(self, cloud: Cloud) -> None:
        self._session = new_session(cloud)

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: Any | None
    ) -> Reply:
        """Send once. Raises NotSent or Broken; an HTTP error status is an answer like any other."""
        sent = {"client-request-id": str(uuid4()), **headers}
        data = None
        if body is not None:
            data = orjson.dumps(body)
            sent["Content-Type"] = "application/json"
        try:
            answer = self._session.request(
                method,
                url,
                data=data,
                headers=sent,
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            # In one piece: Response.content would put a page together from 10 KB at a time.
            content = answer.raw.read(decode_content=True)
        except requests.ConnectTimeout as error:
            raise NotSent from error
        except requests.ConnectionError as error:
            raise (NotSent if _never_connected(error) else Broken) from error
        except (requests.RequestException, HTTPError) as error:
            raise Broken from error
        received = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(answer.status_code, received, _parse(answer.status_code, content))

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()


class SignInTransport:
    """MSAL's HTTP client. For the sandbox it sends what is meant for the made-up https host there.

    MSAL accepts https only; the sandbox has no certificate and needs none on its own machine.
    """

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._session = new_session(cloud)

    def get(self, url: str, **arguments: Any) -> requests.Response:
        """As requests.Session.get."""
        return self._send("GET", url, arguments)

    def post(self, url: str, **arguments: Any) -> requests.Response:
        """As requests.Session.post."""
        return self._send("POST", url, arguments)

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def _send(self, method: str, url: str, arguments: dict[str, Any]) -> requests.Response:
        headers = dict(arguments.pop("headers", None) or {})
        if self._cloud.sandbox_url and url.startswith(SANDBOX_LOGIN):
            headers |= {"Host": urlsplit(SANDBOX_LOGIN).netloc, "X-Forwarded-Proto": "https"}
            url = self._cloud.sandbox_url + url.removeprefix(SANDBOX_LOGIN)
        arguments.setdefault("timeout", TIMEOUT)
        return self._session.request(method, url, headers=headers, **arguments)


def new_session(cloud: Cloud) -> requests.Session:
    """A session that keeps connections; it goes past the machine's proxy only to the sandbox."""
    session = requests.Session()
    session.trust_env = not cloud.sandbox_url
    adapter = HTTPAdapter(pool_connections=4, pool_maxsize=8, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _parse(status: int, content: bytes) -> dict[str, Any]:
    if not content:
        return {}
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        if status < 400:
            raise Broken from error
        # A gateway in front of Graph answers with a page; its status is all that counts.
        return {}
    return value if isinstance(value, dict) else {"value": value}


def _never_connected(error: requests.ConnectionError) -> bool:
    return "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error)
