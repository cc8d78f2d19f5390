"""What the trail does by the clock. django-q2's schedules call these by name."""

import logging

from django.db import transaction

from apps.audit import services, signals
from apps.audit.checkpoints import make_checkpoint
from apps.audit.models import Verification
from apps.audit.verification import ChainReport, verify
from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope

logger = logging.getLogger(__name__)

# A year of daily verifications, and some.
KEPT = 400


def tidy() -> None:
    """Every few minutes: tell the refusals that were only counted, and sign what is new."""
    with no_scope("the audit trail is signed"):
        services.tell_refusals()
        make_checkpoint()


def verify_trail() -> bool:
    """Once a day: verify everything and keep how it ended; True when the trail is whole.

    The log says how far the trail reached: kept apart from the database, it shows a later
    shortening that went as far as putting back an old backup.
    """
    started = clock.now()
    report = verify()
    with no_scope("how the verification ended is kept"), transaction.atomic():
        keep(report, Verification(started_at=started))
    if report.intact:
        logger.info("The audit trail is whole up to record %s.", report.number)
    else:
        logger.critical(
            "THE AUDIT TRAIL IS BROKEN: %s problems, the first: %s",
            report.found.number,
            report.problems[0],
        )
    return report.intact


def keep(report: ChainReport, row: Verification) -> Verification:
    """Keep how a verification ended; record in the trail, and tell, when it found something."""
    known = _known_problems()
    row.finished_at = clock.now()
    row.records, row.erased, row.number = report.records, report.erased, report.number
    row.problems = [str(problem) for problem in report.problems]
    row.save(force_insert=True)
    older = Verification.objects.order_by("-started_at").values_list("pk", flat=True)[KEPT:]
    Verification.objects.filter(pk__in=list(older)).delete()
    if not report.intact:
        data = {"problems": report.found.number, "first": str(report.problems[0])}
        services.record(actor=SYSTEM, event="trail.broken", data=data)
        if found := [problem for problem in report.problems if str(problem) not in known]:
            signals.found_broken.send(Verification, found=found, number=report.found.number)
    return row


def _known_problems() -> set[str]:
    """What the last verification found, so that nobody is told the same every day."""
    last = Verification.objects.order_by("-started_at").first()
    return set(last.problems) if last else set()
