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
