"""How much of the audit log a capture reads, and from where."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from apps.core import clock
from apps.core.actor import SYSTEM
from apps.entra.reading import AuditEvent as Observed
from apps.history import services
from apps.history.capture import audit_copy
from apps.history.collections import DIRECTORY_AUDIT
from apps.history.models import AuditEvent, SnapshotCollection
from apps.history.selectors import latest_snapshot
from apps.tenants.models import Tenant
from tests.history.sources import MemorySource, small_directory

FEW = 40


class Log(MemorySource):
    """A directory that notes since when its log was asked for, and how many entries it gave."""

    asked_since: list[datetime]
    given: int

    def read_audit(self, *, since: datetime) -> Iterator[Observed]:
        self.asked_since.append(since)
        for event in sorted(super().read_audit(since=since), key=lambda one: one.at):
            self.given += 1
            yield event


def acted(number: int, at: datetime) -> Observed:
    return Observed(f"e{number}", at, "Update user", "User", "Update", True, "app", "a", "A", ())


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    """After a first capture, a log of which a hurried one takes only a few entries."""
    monkeypatch.setattr(audit_copy, "_HURRIED", FEW)
    monkeypatch.setattr(audit_copy, "_OVERLAPPING", FEW // 2)
    source = Log()
    vars(source).update(vars(small_directory()))
    source.asked_since, source.given = [], 0
    return source


def capture(tenant: Tenant, source: Log, *, hurried: bool = False) -> int:
    """How many entries were given for it."""
    source.given = 0
    source.asked_since.clear()
    services.capture(actor=SYSTEM, tenant=tenant, mode="delta", source=source, hurried=hurried)
    return source.given


def copied(tenant: Tenant) -> int:
    return AuditEvent.objects.filter(tenant=tenant).count()


def read_at(tenant: Tenant) -> datetime:
    newest = latest_snapshot(tenant)
    return SnapshotCollection.objects.get(snapshot=newest, collection=DIRECTORY_AUDIT).read_at


def test_what_is_known_is_gone_over_again_only_a_little(tenant: Tenant, log: Log) -> None:
    # given a log of a busy half hour that was copied
    begun = clock.now() - timedelta(minutes=30)
    log.audit = [acted(number, begun + timedelta(seconds=number)) for number in range(300)]
    capture(tenant, log)

    given = capture(tenant, log)

    assert copied(tenant) == 300
    assert given < FEW
    assert log.asked_since[-1] == log.audit[-1].at


def test_in_a_quiet_tenant_an_hour_is_gone_over_again(tenant: Tenant, log: Log) -> None:
    log.audit = [acted(0, clock.now() - timedelta(hours=3))]
    capture(tenant, log)
    late = acted(1, log.audit[0].at - timedelta(minutes=50))
    log.audit.append(late)

    capture(tenant, log)

    assert AuditEvent.objects.filter(tenant=tenant, event_id=late.event_id).exists()


def test_a_hurried_capture_leaves_a_long_log_to_the_next_one(tenant: Tenant, log: Log) -> None:
    # given a log that was read, and many entries since
    log.audit = [acted(0, clock.now() - timedelta(minutes=20))]
    capture(tenant, log)
    before = read_at(tenant)
    since = clock.now() - timedelta(minutes=10)
    log.audit += [acted(number, since + timedelta(seconds=number)) for number in range(1, 201)]

    # when somebody waits for a capture, and then nobody does
    log.put("user", "u7", displayName="New")
    hurried = capture(tenant, log, hurried=True)
    known, told = copied(tenant), read_at(tenant)
    log.put("user", "u8", displayName="New")
    capture(tenant, log)

    # then the first one took a few, and did not say that it had read the log
    assert hurried == known == FEW
    assert told == before
    assert copied(tenant) == 201
    assert read_at(tenant) > before
