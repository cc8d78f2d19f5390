"""The control door of a sandbox that a drill has started: what is asked of it, and how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Final, Self

import orjson
import requests

from apps.core.errors import Unavailable

SECONDS: Final = 300
# As apps.sandbox.control.routes names it; the two share no code, on purpose.
_KEY_HEADER: Final = "X-Sandbox-Key"
# The sandbox takes bodies as large as Graph does, 4 MB.
_LARGEST: Final = 2 * 1024 * 1024
Refusals = list[dict[str, str]]


class Door:
    """Where a sandbox listens, and the key that only its owner has. A context manager."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers[_KEY_HEADER] = key

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()

    def is_ours(self) -> bool:
        """Whether who listens there knows our key: then it is the process that we started."""
        clock = f"{self.url}/_sandbox/clock"
        try:
            answer = self._session.get(clock, timeout=SECONDS)
            stranger = self._session.get(clock, headers={_KEY_HEADER: ""}, timeout=SECONDS)
        except requests.RequestException:
            return False
        return answer.ok and stranger.status_code == requests.codes.forbidden

    def weather(self, **changes: str | float) -> None:
        """Change the weather."""
        self._asked("/weather", changes)

    def register(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Register an application."""
        return self._asked("/applications", asked)

    def home(self) -> str:
        """The id of a tenant that the sandbox made up itself."""
        answer = self._session.get(f"{self.url}/_sandbox/", timeout=SECONDS)
        return str(_read(answer)["tenants"][0]["id"])

    def begin(self, tenant_id: str) -> None:
        """Begin a tenant."""
        self._asked(f"/tenants/{tenant_id}", {})

    def tell(self, tenant_id: str, lines: Iterable[bytes]) -> Refusals:
        """Tell lines of a tenant, as many at once as a request holds; what was refused."""
        refused: Refusals = []
        body = bytearray()
        for line in lines:
            if len(body) + len(line) > _LARGEST:
                refused += self._sent(tenant_id, bytes(body))
                body.clear()
            body += line
        return refused + self._sent(tenant_id, bytes(body))

    def settle(self, tenant_id: str) -> Refusals:
        """Make the tenant of what was told; what was refused."""
        return list(self._asked(f"/tenants/{tenant_id}/settle", {})["refused"])

    def consent(self, tenant_id: str, client_id: str) -> None:
        """What an administrator's consent does."""
        self._asked(f"/tenants/{tenant_id}/consents", {"client_id": client_id})

    def _sent(self, tenant_id: str, lines: bytes) -> Refusals:
        url = f"{self.url}/_sandbox/tenants/{tenant_id}/lines"
        return list(_read(self._post(url, lines))["refused"])

    def _asked(self, path: str, value: Mapping[str, Any]) -> dict[str, Any]:
        return _read(self._post(f"{self.url}/_sandbox{path}", orjson.dumps(value)))

    def _post(self, url: str, body: bytes) -> requests.Response:
        try:
            return self._session.post(url, data=body, timeout=SECONDS)
        except requests.RequestException:
            raise _gone() from None


def _read(answer: requests.Response) -> dict[str, Any]:
    if not answer.ok:
        raise _gone(answer.status_code)
    return dict(answer.json())


def _gone(status: int = 0) -> Unavailable:
    said = f"It answered {status}." if status else "It does not answer."
    return Unavailable(
        f"The sandbox of the rehearsal cannot be used. {said}",
        code="sandbox-lost",
        safe="No tenant was touched.",
        todo="The drill is tried again.",
    )
