"""What is wrong with one tenant and what to do about it, the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.access.support_selectors import sessions_on
from apps.core import clock
from apps.core.languages.choosing import shown
from apps.history.choices import CollectionStatus
from apps.history.models import ShrinkConfirmation, Snapshot, SnapshotCollection, Verification
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.portal.presenting import words
from apps.tenants.choices import ConnectionState
from apps.tenants.models import Connection, Tenant

# Certificates are renewed by hand, so people are told long before.
CERTIFICATE_WARNING = timedelta(days=30)
# So many collections are named; the snapshot's page has the rest.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that needs a person. tone: "bad", "warn" or "busy". url: where it is mended."""

    tone: str
    title: str
    text: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A collection whose removals wait for a person's word."""

    collection: SnapshotCollection
    snapshot: Snapshot
    is_confirmed: bool

    @property
    def missing(self) -> int:
        return sum(self.collection.missing.values())


def notices(
    tenant: Tenant,
    connections: Iterable[Connection],
    latest: Snapshot | None,
    jobs: Iterable[Job],
    collections: Iterable[SnapshotCollection],
) -> list[Notice]:
    """Everything about the tenant that needs a person, held collections apart.

    collections: what the newest snapshot did not read whole. No query.
    """
    found = [
        *_about_connections(tenant, connections),
        *_about_jobs(tenant, jobs),
        *_about_collections(tenant, latest, collections),
    ]
    return sorted(found, key=lambda notice: notice.tone != "bad")


def about_support(tenant: Tenant) -> list[Notice]:
    """That a platform operator can look at the tenant now. One query."""
    url = reverse("portal:tenant-people", args=[tenant.id])
    return [
        Notice(
            "warn",
            _("%(name)s of the platform can look at this tenant") % {"name": session.operator.name},
            _("Until %(time)s. Reason: %(reason)s")
            % {
                "time": f"{timezone.localtime(session.ends_at):%H:%M}",
                "reason": session.reason,
            },
            url,
            "See it or end it",
        )
        for session in sessions_on(tenant)
        if session.is_open
    ]


def about_verification(tenant: Tenant, verification: Verification | None) -> list[Notice]:
    """That the tenant's history is damaged, or could not be looked at, the last time it was."""
    if verification is None or verification.is_intact:
        return []
    url = reverse("portal:verifications", args=[tenant.id])
    if not verification.damage_in_all:
        title, text = "The history could not be verified", verification.unchecked
        return [Notice("warn", title, text, url, "What was looked at")]
    text = _(
        "%(at)s: %(number)s places are not as they were sealed. Do not recover from the snapshots"
        " named there before it is known what happened."
    ) % {
        "at": date_format(timezone.localtime(verification.ended_at), "DATETIME_FORMAT"),
        "number": verification.damage_in_all,
    }
    return [Notice("bad", "The history is damaged", text, url, "See what was found")]


def held_collections(
    latest: Snapshot | None, collections: Iterable[SnapshotCollection]
) -> list[Held]:
    """What the newest snapshot holds back. collections: its own, at least those that were not read
    whole. One query where there is something."""
    rows = [one for one in collections if one.status == CollectionStatus.HELD]
    if latest is None or not rows:
        return []
    confirmations = ShrinkConfirmation.objects.filter(snapshot_id=latest.pk)
    confirmed = set(confirmations.values_list("collection", flat=True))
    return [Held(row, latest, row.collection in confirmed) for row in rows]


def days_left(connection: Connection | None) -> int | None:
    """Days until the connection's certificate expires; None without a connection."""
    if connection is None:
        return None
    return (connection.registration.not_after - clock.now()).days


def _about_connections(tenant: Tenant, connections: Iterable[Connection]) -> Iterator[Notice]:
    url = reverse("portal:connection", args=[tenant.id])
    for connection in connections:
        name = shown(connection.registration.get_purpose_display())
        if connection.state == ConnectionState.FAILED:
            yield Notice(
                "bad",
                _("%(name)s: not working") % {"name": name},
                connection.problem,
                url,
                "Connection",
            )
        elif connection.state == ConnectionState.PENDING:
            text = "An administrator of the customer has to open the consent link once."
            yield Notice(
                "warn",
                _("%(name)s: waiting for consent") % {"name": name},
                text,
                url,
                "Make a new link",
            )
        elif connection.missing:
            text = _("Missing: %(names)s. What they cover is not read.") % {
                "names": ", ".join(connection.missing)
            }
            yield Notice(
                "warn",
                _("%(name)s: permissions are missing") % {"name": name},
                text,
                url,
                "Consent again",
            )
        left = days_left(connection)
        if left is not None and left < CERTIFICATE_WARNING.days:
            text = _("It expires in %(number)s days; after that Holdfast cannot sign in.") % {
                "number": left
            }
            yield Notice(
                "warn",
                _("%(name)s: renew the certificate") % {"name": name},
                text,
                url,
                "Connection",
            )


def _about_jobs(tenant: Tenant, jobs: Iterable[Job]) -> Iterator[Notice]:
    newest = next((job for job in jobs if job.kind == "capture" and job.finished), None)
    if newest is not None and newest.state == JobState.FAILED:
        text = newest.error_text or "The worker that took it was lost. Earlier snapshots are kept."
        url = reverse("portal:job", args=[tenant.id, newest.id])
        yield Notice("bad", "The last snapshot failed", text, url, "What happened")


def unread_collections(latest: Snapshot | None) -> list[SnapshotCollection]:
    """What a snapshot did not read whole, by name. One query."""
    if latest is None:
        return []
    rows = latest.collections.exclude(status=CollectionStatus.COMPLETE)
    return list(rows.order_by("collection"))


def _about_collections(
    tenant: Tenant, latest: Snapshot | None, collections: Iterable[SnapshotCollection]
) -> Iterator[Notice]:
    if latest is None or latest.complete:
        return
    worrying = (CollectionStatus.PARTIAL, CollectionStatus.DENIED)
    rows = [one for one in collections if one.status in worrying]
    names = ", ".join(
        f"{words(row.collection)} ({shown(row.get_status_display())})" for row in rows[:NAMED]
    )
    more = len(rows) - NAMED
    if more > 0:
        names = _("%(names)s and %(more)s more") % {"names": names, "more": more}
    if rows:
        url = reverse("portal:snapshot", args=[tenant.id, latest.seq])
        yield Notice(
            "warn",
            "The last snapshot is partial",
            _("Not all was read of: %(names)s.") % {"names": names},
            url,
            "See why",
        )
