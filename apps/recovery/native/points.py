"""The points of its own that Microsoft can take a tenant back to."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apps.core.errors import Invalid
from apps.entra.client import GraphClient

SNAPSHOTS = "/directory/recovery/snapshots"
# Microsoft keeps them for so long (https://learn.microsoft.com/entra/backup/overview).
KEPT = timedelta(days=7)
# Of ours and theirs: further apart they stand for different states of the tenant.
NEAR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class NativePoint:
    """`id` is Microsoft's: the Base64 of when the point was taken."""

    id: str
    taken_at: datetime

    def apart(self, moment: datetime) -> timedelta:
        """How far it is from another moment, before or after."""
        return abs(self.taken_at - moment)


def point_of(identifier: str) -> NativePoint:
    """The point that an id stands for. Raises Invalid for what is no such id."""
    try:
        text = base64.b64decode(identifier, validate=True).decode("ascii")
        taken_at = datetime.fromisoformat(text)
    except (binascii.Error, ValueError) as error:
        raise Invalid(
            "This is no snapshot of Microsoft's own.", code="native-point", todo="Choose another."
        ) from error
    return NativePoint(identifier, taken_at.astimezone(UTC))


def read_points(client: GraphClient) -> list[NativePoint]:
    """Those that the tenant has, newest first. Raises an EntraError where it has none to show.

    https://learn.microsoft.com/graph/api/entrarecoveryservices-recovery-list-snapshots
    """
    pages = client.pages(SNAPSHOTS, {"$top": 100})
    found = [point_of(str(one["id"])) for page in pages for one in page["value"]]
    return sorted(found, key=lambda one: one.taken_at, reverse=True)


def near(points: Iterable[NativePoint], moment: datetime) -> list[NativePoint]:
    """Those that stand for the tenant as it was at a moment, the nearest first."""
    close = (one for one in points if one.apart(moment) <= NEAR)
    return sorted(close, key=lambda one: one.apart(moment))
