"""The words that history's rows use for modes, states and outcomes."""

from django.db.models import TextChoices


class CaptureMode(TextChoices):
    """How a snapshot came about: the tenant was read, or files of another tool were.

    foreign: another tenant's state was laid over this one's, to be compared with; own: right after
    it, that it is this tenant's own state again (apps.history.foreign).
    """

    FULL = "full", "full"
    DELTA = "delta", "delta"
    IMPORT = "import", "import"
    FOREIGN = "foreign", "brought over"
    OWN = "own", "as before"


# What tells of another tenant, and what takes that away again: nothing happened in the tenant.
LAID_OVER = (CaptureMode.FOREIGN, CaptureMode.OWN)
# What a tenant can be read by.
READING_MODES = (CaptureMode.FULL, CaptureMode.DELTA)


class ObjectState(TextChoices):
    """What an object is at a position: in the directory, in its bin, or nowhere."""

    PRESENT = "present", "present"
    SOFT_DELETED = "soft-deleted", "soft-deleted"
    HARD_DELETED = "hard-deleted", "hard-deleted"


class CollectionStatus(TextChoices):
    """How the reading of one collection went.

    complete: everything was read. partial: it broke off or lacks a part; `detail` says which.
    unlicensed: the tenant lacks the licence, so Graph shows nothing. unsupported: the tenant's
    cloud does not have it. denied: the permission is missing. held: so much had vanished that the
    removals wait for confirmation.
    """

    COMPLETE = "complete", "complete"
    PARTIAL = "partial", "partial"
    UNLICENSED = "unlicensed", "not licensed"
    UNSUPPORTED = "unsupported", "not in this cloud"
    DENIED = "denied", "denied"
    HELD = "held", "held"


# An unlicensed or unsupported collection leaves nothing out that the tenant's own administrators
# could see.
COMPLETE_STATUSES = frozenset(
    {CollectionStatus.COMPLETE, CollectionStatus.UNLICENSED, CollectionStatus.UNSUPPORTED}
)


class StoreLock(TextChoices):
    """What keeps anybody from removing what was shipped: the store itself, for so many days.

    compliance: nobody can shorten it, not even the store's owner. governance: whoever has a right
    of its own can. none: nothing; the store is expected to keep what it is given.
    """

    COMPLIANCE = "compliance", "Locked for everybody"
    GOVERNANCE = "governance", "Locked for all but some"
    NONE = "none", "Not locked"


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


class ExportForm(TextChoices):
    """What somebody gets who takes data out."""

    ZIP = "zip", "ZIP, signed"
    JSON = "json", "JSON"
    CSV = "csv", "CSV for spreadsheets"


class TransferState(TextChoices):
    """Where an export stands. handed-out: it was small enough to be given at once."""

    WAITING = "waiting", "In preparation"
    READY = "ready", "Ready to download"
    HANDED_OUT = "handed-out", "Handed out"
    EXPIRED = "expired", "No longer kept"
    FAILED = "failed", "Failed"


class ImportState(TextChoices):
    WAITING = "waiting", "In preparation"
    DONE = "done", "Became a snapshot"
    FAILED = "failed", "Failed"


class VerificationCause(TextChoices):
    """Why a history was verified. by-hand: somebody asked for it."""

    SCHEDULE = "schedule", "by the clock"
    BY_HAND = "by-hand", "asked for"
    PRUNING = "pruning", "after a pruning"
