"""A client that speaks to the dispatcher as the server does, without a server."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from apps.sandbox.graph.context import Answer, Call, Caller
from apps.sandbox.graph.dispatch import answer
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.world import World

BASE = "https://graph.microsoft.com"
READER = Caller(
    app_id="00000000-aaaa-0000-0000-000000000001",
    roles=frozenset(
        {"Directory.Read.All", "Policy.Read.All", "AuditLog.Read.All", "Application.Read.All"}
    ),
)
EVENTUAL = {"ConsistencyLevel": "eventual"}


@dataclass
class GraphClient:
    """Calls of one caller on one tenant."""

    world: World
    directory: Directory
    caller: Caller = READER
    version: str = "v1.0"
    last: Answer = field(default_factory=lambda: Answer(0))

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        version: str | None = None,
    ) -> Answer:
        """One call; ``path`` may be the absolute URL of a link in an answer."""
        parts = urlsplit(path)
        raw = parts.path
        version = version or self.version
        if parts.scheme:
            _, version, raw = raw.split("/", 2)
        self.last = answer(
            Call(
                world=self.world,
                directory=self.directory,
                version=version,
                method=method,
                segments=tuple(unquote(part) for part in raw.split("/") if part),
                query=parse_qsl(parts.query, keep_blank_values=True),
                headers={name.lower(): value for name, value in (headers or {}).items()},
                body=body,
                base_url=BASE,
                caller=self.caller,
            )
        )
        return self.last

    def get(self, path: str, headers: dict[str, str] | None = None, **options: Any) -> Any:
        """The JSON of a GET that must succeed."""
        given = self.send("GET", path, headers=headers, **options)
        assert given.status == 200, given.body
        return given.body

    def error(
        self, path: str, headers: dict[str, str] | None = None, method: str = "GET", **options: Any
    ) -> tuple[int, str, str]:
        """Status, code and message of a call that must be refused."""
        given = self.send(method, path, headers=headers, **options)
        assert given.status >= 400, given.body
        assert isinstance(given.body, dict)
        return given.status, given.body["error"]["code"], given.body["error"]["message"]

    def pages(self, path: str, headers: dict[str, str] | None = None) -> list[dict[str, Any]]:
        """All pages behind a path."""
        pages = [self.get(path, headers)]
        while "@odata.nextLink" in pages[-1]:
            pages.append(self.get(pages[-1]["@odata.nextLink"], headers))
        return pages

    def values(self, path: str, headers: dict[str, str] | None = None) -> list[dict[str, Any]]:
        """All objects of all pages."""
        return [item for page in self.pages(path, headers) for item in page["value"]]

    def filtered(self, path: str, expression: str, *more: str) -> Any:
        """A GET with $filter (quoted) and further options."""
        query = "&".join([f"$filter={quote(expression)}", *more])
        return self.get(f"{path}?{query}")
