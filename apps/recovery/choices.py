"""The words that plans, requests and runs are written in."""

from __future__ import annotations

from django.db.models import TextChoices


class Action(TextChoices):
    """What a step does. `nothing` and `not-recoverable` send no request; they say why."""

    UNDELETE = "undelete", "Bring back from the recycle bin"
    CREATE = "create", "Make anew"
    PREPARE = "prepare", "Prepare"
    UPDATE = "update", "Write back attributes"
    RETURN = "return", "Comes back with its owner"
    SECRET = "secret", "Make a new client secret"
    LINK_ADD = "link-add", "Add link"
    LINK_REMOVE = "link-remove", "Remove link"
    SOFT_DELETE = "soft-delete", "Move to the recycle bin"
    REMOVE = "remove", "Remove for good"
    NOTHING = "nothing", "Nothing to do"
    NOT_RECOVERABLE = "not-recoverable", "Not recoverable"

    @classmethod
    def silent(cls) -> tuple[Action, ...]:
        """Actions that write nothing."""
        return (cls.NOTHING, cls.NOT_RECOVERABLE)

    @classmethod
    def of_links(cls) -> tuple[Action, ...]:
        return (cls.LINK_ADD, cls.LINK_REMOVE)


class RequestState(TextChoices):
    WAITING = "waiting", "Waiting for approval"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"


class Side(TextChoices):
    """Whose people an approver belongs to; nobody counts for both."""

    MSP = "msp", "The MSP"
    CUSTOMER = "customer", "The customer"
    NEITHER = "neither", "Neither"


class Verdict(TextChoices):
    """What a second person says, afterwards, of an approval that broke the glass."""

    ACCEPTED = "accepted", "Accepted"
    OBJECTED = "objected", "Objected to"


class RulesChangeState(TextChoices):
    """Where a change of approval rules stands. Only one that loosens waits, and has a grace."""

    WAITING = "waiting", "Waiting for a second person"
    GRACE = "grace", "Agreed, in its grace period"
    IN_FORCE = "in-force", "In force"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"
    CANCELLED = "cancelled", "Cancelled"

    @classmethod
    def open(cls) -> tuple[RulesChangeState, ...]:
        """What is not settled yet."""
        return (cls.WAITING, cls.GRACE)


class RunState(TextChoices):
    QUEUED = "queued", "Queued"
    CHECKING = "checking", "Checking the tenant"
    RUNNING = "running", "Running"
    VERIFYING = "verifying", "Reading back"
    PAUSED = "paused", "Paused"
    COMPLETE = "complete", "Complete"
    WARNINGS = "complete-with-warnings", "Complete with warnings"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"

    @classmethod
    def unfinished(cls) -> tuple[RunState, ...]:
        return (cls.QUEUED, cls.CHECKING, cls.RUNNING, cls.VERIFYING, cls.PAUSED)


class ResultState(TextChoices):
    """Where one step of a run is; for link steps, where one link is.

    The way is pending -> intended -> written -> done. `intended` is recorded before the write is
    sent, so after a crash it means: ask the tenant whether it happened.
    """

    PENDING = "pending", "Pending"
    INTENDED = "intended", "Being written"
    WRITTEN = "written", "Written, not yet read back"
    DONE = "done", "Done"
    NOTHING = "nothing", "Nothing to do"
    UNVERIFIED = "unverified", "Written, could not be confirmed"
    FAILED = "failed", "Failed"
    SKIPPED = "skipped", "Skipped"
    NOT_RECOVERABLE = "not-recoverable", "Not recoverable"

    @classmethod
    def open(cls) -> tuple[ResultState, ...]:
        return (cls.PENDING, cls.INTENDED, cls.WRITTEN)

    @classmethod
    def bad(cls) -> tuple[ResultState, ...]:
        """What somebody has to look after."""
        return (cls.FAILED, cls.SKIPPED, cls.UNVERIFIED)

    @classmethod
    def good(cls) -> tuple[ResultState, ...]:
        return (cls.DONE, cls.NOTHING)


class JournalEvent(TextChoices):
    INTENT = "intent", "About to write"
    OUTCOME = "outcome", "Answered"
    RETRY = "retry", "Will be tried again"
    FOUND = "found", "Found as wanted"
    SETTLED = "settled", "Settled"


class AttributeMode(TextChoices):
    """How attributes go back."""

    OVERWRITE = "overwrite", "Write the snapshot's value"
    ONLY_IF_EMPTY = "only-if-empty", "Only where there is no value now"


class LinkMode(TextChoices):
    """How links go back."""

    ROLL_BACK = "roll-back", "Add back what went, remove what came"
    MERGE = "merge", "Only add back what went"
    SKIP = "skip", "Leave as they are"


class PoliciesAs(TextChoices):
    """What becomes of Conditional Access policies that the plan would put in force."""

    REPORT_ONLY = "report-only", "As report-only, to be enabled by a plan of its own"
    AS_THEY_WERE = "as-they-were", "As in the snapshot, in force at once"


class CreatedSince(TextChoices):
    """What becomes of what was created or restored since the snapshot."""

    KEEP = "keep", "Stays"
    REMOVE = "remove", "Is removed again"
    ASK = "ask", "Each is asked for"

    @classmethod
    def answers(cls) -> tuple[str, ...]:
        return (cls.KEEP, cls.REMOVE)


class SweepState(TextChoices):
    """How far the planning for one tenant of a sweep is."""

    WAITING = "waiting", "Waiting for its turn"
    LOOKING = "looking", "Reading the tenant"
    PLANNED = "planned", "Planned"
    NOTHING = "nothing", "Nothing to put back"
    FAILED = "failed", "No plan"


# Microsoft's words for a recovery job of its own that is not over; members that Graph adds later
# come as the last one to who has not asked for them.
NATIVE_GOING_ON = frozenset(
    {"initialized", "running", "calculating", "loadingData", "unknownFutureValue"}
)
NATIVE_SUCCESSFUL, NATIVE_ABANDONED = "successful", "abandoned"
