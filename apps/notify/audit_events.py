from apps.audit.choices import Category, Severity
from apps.audit.registry import register

register(
    "push_target.added",
    "{actor} has the audit trail sent on to {subject}",
    fields=("target_id", "with_persons"),
    category=Category.TRAIL,
    severity=Severity.WARNING,
)
register(
    "push_target.paused",
    "{actor} stopped sending the audit trail on to {subject}",
    fields=("target_id",),
    category=Category.TRAIL,
    severity=Severity.WARNING,
)
register(
    "push_target.resumed",
    "{actor} has the audit trail sent on to {subject} again",
    fields=("target_id",),
    category=Category.TRAIL,
    severity=Severity.NOTICE,
)
register(
    "push_target.removed",
    "{actor} removed {subject}, where the audit trail was sent on to",
    fields=("target_id",),
    category=Category.TRAIL,
    severity=Severity.WARNING,
)
register(
    "push_target.failing",
    "The audit trail cannot be sent on to {subject}: {problem}",
    fields=("target_id", "problem"),
    category=Category.TRAIL,
    severity=Severity.WARNING,
)
for event, template, severity, more in (
    ("added", "{actor} added the notification route {subject}", Severity.NOTICE, ("channel",)),
    ("changed", "{actor} changed the notification route {subject}", Severity.NOTICE, ("moved",)),
    (
        "key_rotated",
        "{actor} made a new key for the notification route {subject}",
        Severity.NOTICE,
        ("key_id",),
    ),
    ("paused", "{actor} paused the notification route {subject}", Severity.WARNING, ()),
    ("resumed", "{actor} resumed the notification route {subject}", Severity.NOTICE, ()),
    ("removed", "{actor} removed the notification route {subject}", Severity.WARNING, ()),
    ("tried", "{actor} tried the notification route {subject}", Severity.INFO, ("arrived",)),
    (
        "disabled",
        "The notification route {subject} was switched off: nothing arrived for days",
        Severity.WARNING,
        (),
    ),
):
    register(
        f"notification_route.{event}",
        template,
        fields=("route_id", *more),
        category=Category.CUSTOMER,
        severity=severity,
    )
register(
    "notification.resent",
    "{actor} had a message sent again over {subject}",
    fields=("route_id", "kind"),
    category=Category.CUSTOMER,
    severity=Severity.INFO,
)
