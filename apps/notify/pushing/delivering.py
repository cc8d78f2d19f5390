"""Sending what was recorded since the last time, in order; django-q2 calls due() and run()."""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django_q.tasks import async_task

from apps.access.veils import veils_for_msp
from apps.audit import services as audit
from apps.audit.exporting import as_json
from apps.audit.models import AuditRecord
from apps.audit.selectors import read
from apps.audit.veils import NO_VEILS
from apps.core import clock, locks
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict, HoldfastError
from apps.core.scope import no_scope
from apps.notify.models import PushTarget
from apps.notify.pushing import syslog, webhook
from apps.notify.pushing.addresses import parse, resolve
from apps.notify.pushing.errors import PushFailed
from apps.notify.pushing.services import newest_number, secret_of
from apps.tenants.models import Tenant

AT_ONCE = 100
# A target is left after this, so that the worker has time for others; the next minute goes on.
SECONDS_AT_ONCE = 45.0
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
# After so many failures in a row the trail itself says that it cannot be sent on.
TOLD_AFTER = 5


def due() -> int:
    """Once a minute: hand every target that has something waiting to a worker; returns how many."""
    with no_scope("the audit trail is sent on"):
        _targets_of_the_settings()
        waiting = PushTarget.objects.filter(
            enabled=True, next_attempt_at__lte=clock.now(), position__lt=newest_number()
        )
        ids = list(waiting.order_by("next_attempt_at").values_list("pk", flat=True))
    for target_id in ids:
        async_task("apps.notify.pushing.delivering.run", str(target_id), task_name="audit-push")
    return len(ids)


def run(target_id: str) -> int:
    """Send one target what waits for it; returns how many records arrived.

    Only one process sends to a target at a time. One that dies after sending and before it could
    note that sends the last hundred again: records have numbers, so the receiver can tell.
    """
    try:
        with (
            locks.held_in_session(locks.push_target(UUID(target_id))),
            no_scope("the audit trail is sent on"),
        ):
            return _deliver(UUID(target_id))
    except Conflict:
        return 0


def send_test(target: PushTarget) -> None:
    """Send one message that is no record, to see whether the target takes it. Raises PushFailed."""
    said = {
        "number": 0,
        "at": clock.now().isoformat(timespec="microseconds"),
        "event": "push_target.test",
        "severity": "info",
        "text": "Holdfast can send the audit trail here.",
        "subject": "",
        "reason": "",
        "test": True,
    }
    _send(target, [said])


def _deliver(target_id: UUID) -> int:
    target = PushTarget.objects.filter(pk=target_id, enabled=True).first()
    if target is None or target.next_attempt_at > clock.now():
        return 0
    sent, until = 0, time.monotonic() + SECONDS_AT_ONCE
    end = newest_number()
    try:
        while time.monotonic() < until:
            rows = list(_records(target).filter(number__gt=target.position)[:AT_ONCE])
            if not rows:
                _arrived(target, max(end, target.position))
                break
            _send(target, _said(target, rows))
            _arrived(target, rows[-1].number, now=True)
            sent += len(rows)
    except HoldfastError as error:
        _failed(target, error)
    return sent


def _records(target: PushTarget) -> QuerySet[AuditRecord]:
    rows = AuditRecord.objects.order_by("number")
    if target.msp_id is None:
        return rows
    tenants = Tenant.objects.filter(msp_id=target.msp_id).values("pk")
    return rows.filter(Q(msp_id=target.msp_id) | Q(msp_id=None, tenant_id__in=tenants))


def _said(target: PushTarget, rows: Sequence[AuditRecord]) -> list[dict[str, Any]]:
    veils = veils_for_msp(target.msp_id) if target.msp_id and target.with_persons else NO_VEILS
    entries = read(rows, with_persons=target.with_persons, veils=veils)
    return [as_json(entry) for entry in entries]


def _send(target: PushTarget, said: list[dict[str, Any]]) -> None:
    # What the operator's settings name may be anywhere; what an MSP names may not.
    trusted = target.msp_id is None
    place = parse(target.address, trusted=trusted)
    network_address = resolve(place, trusted=trusted)
    if place.is_syslog:
        syslog.send(place, network_address, said)
    else:
        webhook.send(place, network_address, _secret(target), said)


def _secret(target: PushTarget) -> bytes:
    if target.msp_id is None:
        return str(settings.HOLDFAST_AUDIT_PUSH_SECRET).encode()
    return secret_of(target)


def _arrived(target: PushTarget, number: int, *, now: bool = False) -> None:
    target.position = number
    values: dict[str, Any] = {"position": number, "failures": 0, "problem": ""}
    if now:
        values["last_sent_at"] = clock.now()
    PushTarget.objects.filter(pk=target.pk).update(**values)


@transaction.atomic
def _failed(target: PushTarget, error: HoldfastError) -> None:
    failures = target.failures + 1
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - 1, 12))
    problem = error.message if isinstance(error, PushFailed) else error.code
    PushTarget.objects.filter(pk=target.pk).update(
        failures=failures, problem=problem[:200], next_attempt_at=clock.now() + wait
    )
    if failures == TOLD_AFTER:
        audit.record(
            actor=SYSTEM,
            event="push_target.failing",
            msp_id=target.msp_id,
            subject=target.address,
            data={"target_id": str(target.pk), "problem": error.code},
        )


def _targets_of_the_settings() -> None:
    """Make the targets that the settings name, from the first record on; forget the others."""
    wanted = set(settings.HOLDFAST_AUDIT_PUSH)
    standing = PushTarget.objects.filter(msp=None)
    standing.exclude(address__in=wanted).delete()
    persons = settings.HOLDFAST_AUDIT_PUSH_PERSONS
    standing.exclude(with_persons=persons).update(with_persons=persons)
    for address in wanted - set(standing.values_list("address", flat=True)):
        PushTarget.objects.create(
            msp=None, address=address, with_persons=persons, wrapped_secret=b""
        )
