from django.db import models


class MessageState(models.TextChoices):
    QUEUED = "queued", "Waiting to be sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be sent"


class Channel(models.TextChoices):
    WEBHOOK = "webhook", "Webhook"
    TEAMS = "teams", "Microsoft Teams"
    SLACK = "slack", "Slack"
    MAIL = "mail", "E-mail"


class EventKind(models.TextChoices):
    """What a route can tell of. The values are part of the webhook's format."""

    SNAPSHOT_TAKEN = "snapshot.taken", "Snapshot taken"
    SNAPSHOT_FAILED = "snapshot.failed", "Snapshot could not be taken"
    SNAPSHOT_OVERDUE = "snapshot.overdue", "Recovery point older than agreed"
    CHANGES = "changes.found", "Changes found by a difference report"
    APPROVAL_WANTED = "approval.wanted", "Approval asked for"
    APPROVAL_GIVEN = "approval.given", "Recovery approved"
    APPROVAL_REFUSED = "approval.refused", "Recovery refused, or not decided in time"
    GLASS_BROKEN = "glass.broken", "Glass broken"
    RUN_STARTED = "run.started", "Recovery begun"
    RUN_ENDED = "run.ended", "Recovery ended"
    RUN_FAILED = "run.failed", "Recovery failed, or ended with warnings"
    CONNECTION = "connection.health", "Connection or certificate needs a look"
    DAMAGE = "history.damaged", "History damaged"
    DRILL = "drill.ended", "Drill ended"

    @classmethod
    def urgent(cls) -> frozenset[str]:
        """What is told at once: neither quiet hours nor grouping hold it back."""
        return frozenset({cls.GLASS_BROKEN, cls.DAMAGE})


class LeastRisk(models.TextChoices):
    LOW = "low", "Any risk"
    MEDIUM = "medium", "Medium and high risk"
    HIGH = "high", "High risk only"


class DeliveryState(models.TextChoices):
    QUEUED = "queued", "Waiting to be sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Given up"
    DROPPED = "dropped", "Not sent: the tenant has left"
