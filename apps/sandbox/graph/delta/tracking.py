"""What a delta query tracks, and the token that carries it from call to call."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from apps.sandbox.graph.context import Call, GraphError
from apps.sandbox.graph.errors import bad_request
from apps.sandbox.graph.tokens import DELTA_LIFE, pack, unpack
from apps.sandbox.schema import TYPES

#: Relations that delta reports, and those it reports without being asked.
_TRACKED_LINKS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "user": (("manager",), ()),
    "group": (("members", "owners"), ("members",)),
    "administrativeUnit": (("members",), ("members",)),
    "directoryRole": (("members",), ("members",)),
}


@dataclass(frozen=True, slots=True)
class Tracking:
    """A delta query under way.

    ``low`` and ``high`` bound the changes of this round (``low`` is -1 in the first, which reads
    the present state); ``position`` is the next object and ``link`` the next of its links.
    """

    tenant_id: str
    families: tuple[str, ...]
    select: tuple[str, ...] | None
    links: tuple[str, ...]
    ids: tuple[str, ...]
    issued: float
    high: int
    low: int = -1
    family: int = 0
    position: int = 0
    link: int = 0

    @property
    def is_first_round(self) -> bool:
        """Whether this round reads everything."""
        return self.low < 0

    def at(self, **place: int) -> "Tracking":
        """The same query at another place of the round."""
        return replace(self, **place)  # type: ignore[arg-type]

    def next_round(self, now: datetime) -> "Tracking":
        """The query after this round: from where the round ended."""
        return replace(
            self, low=self.high, high=-1, family=0, position=0, link=0, issued=now.timestamp()
        )

    def token(self) -> str:
        """The query as an opaque token."""
        return pack(asdict(self))

    def wants(self, object_id: str) -> bool:
        """Whether the filter on ids lets the object through."""
        return not self.ids or object_id in self.ids


def tracked_links(
    families: tuple[str, ...], select: tuple[str, ...] | None, expand: str | None
) -> tuple[str, ...]:
    """Names of the relations that the query reports."""
    found: dict[str, None] = {}
    for name in families:
        known, default = _TRACKED_LINKS.get(name, ((), ()))
        asked = default if select is None else select
        found |= {link: None for link in known if link in asked or link == expand}
    return tuple(found)


def read_token(call: Call, token: str) -> Tracking:
    """The query behind a token, checked for tenant, age and a forced reset.

    Raises GraphError 400 for a foreign or malformed token, 400 syncStateNotFound for one older
    than seven days, 410 with a Location to start again from for one from before a reset.
    """
    payload = unpack(token)
    if payload is None or payload.get("tenant_id") != call.directory.tenant_id:
        raise bad_request("The specified delta token is invalid.", "Directory_InvalidDeltaToken")
    tracking = _tracking(payload)
    now = call.world.clock.now().timestamp()
    if now - tracking.issued > DELTA_LIFE.total_seconds() or _blown_away(call):
        raise GraphError(
            400,
            "syncStateNotFound",
            "The sync state generation is not found. The delta token is expired and data must be "
            "synchronized again.",
        )
    changes = call.directory.changes
    if tracking.low >= 0 and not changes.start <= tracking.low <= changes.sequence:
        raise _gone(call, tracking)
    return tracking


def _blown_away(call: Call) -> bool:
    weather = call.world.weather
    if not weather.expire_delta_tokens:
        return False
    weather.expire_delta_tokens -= weather.expire_delta_tokens > 0
    return True


def _gone(call: Call, tracking: Tracking) -> GraphError:
    select = f"$select={','.join(tracking.select)}&" if tracking.select else ""
    path = TYPES[tracking.families[0]].path if len(tracking.families) == 1 else "/directoryObjects"
    return GraphError(
        410,
        "resyncRequired",
        "Resync required. The server has lost the state that the delta token refers to.",
        headers={"Location": f"{call.root}{path}/delta?{select}$deltatoken="},
    )


def _tracking(payload: dict[str, Any]) -> Tracking:
    select = payload["select"]
    lists = {name: tuple(payload[name]) for name in ("families", "links", "ids")}
    return Tracking(**{**payload, **lists, "select": None if select is None else tuple(select)})
