"""The words that drills are written in."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import TextChoices


class DrillState(TextChoices):
    WAITING = "waiting", "Waiting for its turn"
    RUNNING = "running", "Running"
    PASSED = "passed", "Passed"
    ISSUES = "passed-with-issues", "Passed with issues"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"

    @classmethod
    def unfinished(cls) -> tuple[DrillState, ...]:
        return (cls.WAITING, cls.RUNNING)

    @classmethod
    def tested(cls) -> tuple[DrillState, ...]:
        """Those that count as a restore test that succeeded."""
        return (cls.PASSED, cls.ISSUES)


class DrillPlace(TextChoices):
    """Where a snapshot is recovered to."""

    SANDBOX = "sandbox", "The built-in sandbox"
    TENANT = "tenant", "A second tenant"


class DrillOrigin(TextChoices):
    PERSON = "person", "Somebody asked for it"
    SCHEDULE = "schedule", "The schedule"


class DrillInterval(TextChoices):
    OFF = "off", "Not by itself"
    WEEKLY = "weekly", "Every week"
    MONTHLY = "monthly", "Every month"
    QUARTERLY = "quarterly", "Every quarter"
    HALF_YEARLY = "half-yearly", "Every half-year"
    YEARLY = "yearly", "Every year"

    @property
    def every(self) -> timedelta | None:
        """How long from one drill to the next; None for never."""
        return {
            "weekly": timedelta(days=7),
            "monthly": timedelta(days=30),
            "quarterly": timedelta(days=91),
            "half-yearly": timedelta(days=182),
            "yearly": timedelta(days=365),
        }.get(self.value)


class Phase(TextChoices):
    """What a drill goes through. The recovery time is that of the last four together."""

    SEEDING = "seeding", "Bringing the snapshot to the sandbox"
    BASELINE = "baseline", "Reading what the sandbox holds of it"
    DAMAGE = "damage", "Doing the damage"
    CAPTURE = "capture", "Reading the damaged tenant"
    PLAN = "plan", "Comparing and planning"
    RUN = "run", "Recovering"
    VERIFY = "verify", "Reading again and comparing with the snapshot"

    @classmethod
    def of_recovery(cls) -> tuple[Phase, ...]:
        return (cls.CAPTURE, cls.PLAN, cls.RUN, cls.VERIFY)
