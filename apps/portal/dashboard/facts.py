"""How tenants stand: what their needs are told from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from apps.core import clock
from apps.diffs.lately import Risks
from apps.history.cadence.objectives import Freshness
from apps.history.models import Snapshot, Verification
from apps.portal.notices import CERTIFICATE_WARNING
from apps.recovery.drills.choices import DrillState
from apps.tenants.choices import ConnectionState, Purpose
from apps.tenants.models import Connection, Tenant

LATELY: Final = timedelta(days=1)
# A failure that nothing followed for so long is history, not news.
FAILED_FOR: Final = timedelta(days=7)
NOTHING: Final = Risks()


class Newest(NamedTuple):
    """A tenant's newest snapshot."""

    seq: int
    taken_at: datetime
    complete: bool

    @classmethod
    def of(cls, snapshot: Snapshot | None) -> Newest | None:
        if snapshot is None:
            return None
        return cls(snapshot.seq, snapshot.taken_at, snapshot.complete)


class Verified(NamedTuple):
    """What the last verification came to. unchecked: not all that was to be looked at could be."""

    at: datetime
    damage: int
    unchecked: bool

    @classmethod
    def of(cls, row: Verification | None) -> Verified | None:
        return cls(row.ended_at, row.damage_in_all, bool(row.unchecked)) if row else None


class Drilled(NamedTuple):
    """How the last drill that was not called off ended."""

    at: datetime
    state: str

    @property
    def label(self) -> str:
        return str(DrillState(self.state).label)


class Consent(NamedTuple):
    """The connection that backups are read through, and the credential that ends first of all.

    missing: how many permissions were not granted. ends_at: of a certificate.
    """

    state: str
    problem: str
    missing: int
    checked_at: datetime | None
    ends_at: datetime

    @property
    def label(self) -> str:
        return str(ConnectionState(self.state).label)

    @property
    def days(self) -> int:
        """Whole days until the first certificate expires; less than 0 afterwards."""
        return (self.ends_at - clock.now()).days

    @property
    def is_short(self) -> bool:
        return self.days < CERTIFICATE_WARNING.days


class Told(NamedTuple):
    """One connection of a tenant's, as far as its needs go by it."""

    purpose: str
    consent: Consent


@dataclass(frozen=True, slots=True)
class Facts:
    """How one tenant stands. waiting: requests for approval. running: an unfinished job's state.

    failed: kinds of the jobs that failed and were not done since. lately: changes of one day.
    """

    tenant: Tenant
    point: Freshness
    newest: Newest | None = None
    consent: Consent | None = None
    verified: Verified | None = None
    drilled: Drilled | None = None
    waiting: int = 0
    running: str = ""
    failed: tuple[str, ...] = ()
    lately: Risks = NOTHING
    tags: tuple[str, ...] = ()


def told(connection: Connection) -> Told:
    """What is told of a connection; with its registration at hand."""
    registration = connection.registration
    return Told(
        registration.purpose,
        Consent(
            connection.state,
            connection.problem,
            len(connection.missing),
            connection.checked_at,
            registration.not_after,
        ),
    )


def consent_of(connections: list[Told]) -> Consent | None:
    """The backup connection that was looked at last, with the days of whichever ends first."""
    backup = [one.consent for one in connections if one.purpose == Purpose.BACKUP]
    if not backup:
        return None
    newest = max(backup, key=lambda one: (one.checked_at is None, one.checked_at or one.ends_at))
    return newest._replace(ends_at=min(one.consent.ends_at for one in connections))
