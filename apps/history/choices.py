"""The words that history's rows use for modes, states and outcomes."""

from django.db.models import TextChoices


class CaptureMode(TextChoices):
    FULL = "full", "full"
    DELTA = "delta", "delta"


class ObjectState(TextChoices):
    """What an object is at a position: in the directory, in its bin, or nowhere."""

    PRESENT = "present", "present"
    SOFT_DELETED = "soft-deleted", "soft-deleted"
    HARD_DELETED = "hard-deleted", "hard-deleted"


class CollectionStatus(TextChoices):
    """How the reading of one collection went.

    complete: everything was read. partial: it broke off or lacks a part; `detail` says which.
    unlicensed: the tenant lacks the licence, so Graph shows nothing. denied: the permission is
    missing. held: so much had vanished that the removals wait for confirmation.
    """

    COMPLETE = "complete", "complete"
    PARTIAL = "partial", "partial"
    UNLICENSED = "unlicensed", "not licensed"
    DENIED = "denied", "denied"
    HELD = "held", "held"


# An unlicensed collection leaves nothing out that the tenant's own administrators could see.
COMPLETE_STATUSES = frozenset({CollectionStatus.COMPLETE, CollectionStatus.UNLICENSED})


class KeepChangeState(TextChoices):
    """Where a change of keep rules stands. Only one that shortens waits and has a grace period."""

    WAITING = "waiting", "Waiting for a second person"
    GRACE = "grace", "Agreed, in its grace period"
    IN_FORCE = "in-force", "In force"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"
    CANCELLED = "cancelled", "Cancelled"

    @classmethod
    def open(cls) -> tuple["KeepChangeState", ...]:
        """What is not settled yet."""
        return (cls.WAITING, cls.GRACE)
