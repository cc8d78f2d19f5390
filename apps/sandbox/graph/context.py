"""What travels through the sandbox's Graph: the call, who makes it, the answer, the refusal.

A :class:`Route` is one row of the routing table. Reads are in ``graph/routes_read.py``, writes in
``apps/sandbox/writes/routes.py``; ``graph/dispatch.py`` joins them.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from apps.sandbox.schema import BOTH

if TYPE_CHECKING:
    from apps.sandbox.state.directory import Directory
    from apps.sandbox.state.view import View
    from apps.sandbox.state.world import World


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes the call. ``roles`` are application permissions of an app-only token;
    ``scopes`` the delegated ones of a signed-in user's, who then is ``user_id``."""

    app_id: str
    service_principal_id: str = ""
    roles: frozenset[str] = frozenset()
    user_id: str | None = None
    scopes: frozenset[str] = frozenset()
    user_name: str = ""
    app_name: str = ""

    @property
    def is_delegated(self) -> bool:
        """Whether a signed-in user stands behind the call."""
        return self.user_id is not None

    @property
    def permissions(self) -> frozenset[str]:
        """What the token carries: scopes of a user's token, roles of an application's."""
        return self.scopes if self.is_delegated else self.roles


@dataclass(slots=True)
class Call:
    """One request. ``query`` holds decoded (name, value) pairs with a "$" before system options
    as sent; header names are lower-case; ``base_url`` is scheme and host without a slash.
    ``variables`` are the ``{names}`` of the matched route's pattern."""

    world: "World"
    directory: "Directory"
    version: str
    method: str
    segments: tuple[str, ...]
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    body: Any
    base_url: str
    caller: Caller
    variables: dict[str, str] = field(default_factory=dict)
    route: "Route | None" = None
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    in_batch: bool = False
    resource_units: float = 1
    _view: "View | None" = None

    @property
    def is_batch(self) -> bool:
        """Whether this is a $batch itself (not one of its items)."""
        return len(self.segments) == 1 and self.segments[0].lower() == "$batch"

    @property
    def view(self) -> "View":
        """The directory as this call's replica sees it (see state/view.py)."""
        if self._view is None:
            self._view = self.directory.view(self.world.clock.now(), self.world.weather.lag)
        return self._view

    @property
    def path(self) -> str:
        """The path below the version, with a leading slash."""
        return "/" + "/".join(self.segments)

    @property
    def root(self) -> str:
        """The service root of this version, as in "https://graph.microsoft.com/v1.0"."""
        return f"{self.base_url}/{self.version}"

    def option(self, name: str) -> str | None:
        """A system query option; the "$" may be left out by the client, as Graph allows."""
        for key, value in self.query:
            if key == name or key == name.removeprefix("$"):
                return value
        return None


@dataclass(slots=True)
class Answer:
    """The response: a JSON body, raw bytes, or None. ``resource_units`` is its documented cost
    and ``is_write`` whether it counts as a write
    (https://learn.microsoft.com/graph/throttling-limits)."""

    status: int
    body: dict[str, Any] | bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    resource_units: float = 1
    is_write: bool = False


class GraphError(Exception):
    """A refusal, worded as Graph words it. ``workflow`` names the directory's own exception
    where the refused write is audited as a failure."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: Sequence[Mapping[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
        inner: Mapping[str, Any] | None = None,
        workflow: str = "",
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = list(details) if details is not None else None
        self.headers = dict(headers or {})
        self.inner = dict(inner or {})
        self.workflow = workflow


#: Sets of permissions, each of which is enough: ({"User.Read.All"}, {"A", "B"}) = first or A and B.
Permissions = tuple[frozenset[str], ...]


def any_of(*alternatives: str) -> Permissions:
    """Permission alternatives; "A+B" stands for both together."""
    return tuple(frozenset(one.split("+")) for one in alternatives)


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the routing table.

    ``pattern`` is "/users/{id}/manager/$ref"; a "{name}" takes one segment. ``application`` and
    ``delegated`` are the permission alternatives Graph documents; an empty ``application`` means
    that applications are refused, None for ``delegated`` means the same as ``application`` plus
    Directory.AccessAsUser.All. ``resource_units`` is the base cost before the modifiers for
    $select, $expand and $top. ``lane`` is the service behind it: "directory",
    "conditional-access", "authentication-methods" or "reports".
    ``anyone`` marks what every token may call.
    """

    method: str
    pattern: str
    handler: Callable[[Call], Answer]
    application: Permissions = ()
    delegated: Permissions | None = None
    versions: frozenset[str] = BOTH
    resource_units: float = 1
    lane: str = "directory"
    writes: bool | None = None
    anyone: bool = False

    @property
    def is_write(self) -> bool:
        """Whether the call counts against the write limits: everything but GET, and the POST
        actions that only read (``writes=False``)."""
        return self.method != "GET" if self.writes is None else self.writes


def routes(*groups: Iterable[Route]) -> tuple[Route, ...]:
    """Join groups of rows into one table."""
    return tuple(route for group in groups for route in group)
