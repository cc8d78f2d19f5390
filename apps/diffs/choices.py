"""The words that difference reports are written in."""

from __future__ import annotations

from django.db.models import TextChoices


class Subject(TextChoices):
    """What changed: an object itself, or a link between two objects."""

    OBJECT = "object", "Object"
    LINK = "link", "Link"


class ChangeType(TextChoices):
    """What happened between the base and the target of a report."""

    CREATED = "created", "Created"
    UPDATED = "updated", "Updated"
    SOFT_DELETED = "soft-deleted", "Deleted, in the recycle bin"
    HARD_DELETED = "hard-deleted", "Deleted for good"
    RESTORED = "restored", "Restored from the recycle bin"
    LINK_ADDED = "link-added", "Link added"
    LINK_REMOVED = "link-removed", "Link removed"


class Recoverable(TextChoices):
    """Whether Holdfast can bring back what changed."""

    YES = "yes", "Recoverable"
    PARTLY = "partly", "Partly recoverable"
    NO = "no", "Not recoverable"
    NOTHING_TO_DO = "nothing-to-do", "Nothing to do"


class Native(TextChoices):
    """Whether Microsoft's own Entra Backup and Recovery could bring it back."""

    YES = "yes", "Yes"
    PARTLY = "partly", "Partly"
    NO = "no", "No"


class Risk(TextChoices):
    """How much harm a change of this sort can do."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class ChangedBy(TextChoices):
    """Who made a change, as far as the copied audit log knows."""

    USER = "user", "A person"
    APPLICATION = "application", "An application"
    HOLDFAST = "holdfast", "Holdfast"
    UNKNOWN = "unknown", "Unknown: not in the copied audit log"


class ReportState(TextChoices):
    WAITING = "waiting", "Waiting"
    CAPTURING = "capturing", "Reading the tenant"
    COMPARING = "comparing", "Comparing"
    COMPLETE = "complete", "Complete"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"

    @classmethod
    def unfinished(cls) -> tuple[ReportState, ...]:
        return (cls.WAITING, cls.CAPTURING, cls.COMPARING)
