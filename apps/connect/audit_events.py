from apps.audit.choices import Category, Severity
from apps.audit.registry import register

register(
    "consent.requested",
    "{actor} made a consent link for {subject} ({purpose})",
    fields=("purpose", "connection_id", "expires_at"),
    personal=("mailed_to",),
    category=Category.CUSTOMER,
)
register(
    "consent.refused",
    "The consent of {subject} ({purpose}) was refused or broken off: {problem_code}",
    fields=("purpose", "connection_id", "problem_code"),
    category=Category.CUSTOMER,
    severity=Severity.WARNING,
)
register(
    "consent.given",
    "An administrator of {subject} consented ({purpose})",
    fields=("purpose", "connection_id"),
    category=Category.CUSTOMER,
)
register(
    "connection.told",
    "{mails} people were told what is wrong with the connection of {subject}: {cause}",
    fields=("cause", "mails"),
    category=Category.CUSTOMER,
)
register(
    "connection.changed",
    "The {purpose} connection of {subject} is now: {state}",
    fields=("purpose", "connection_id", "state", "missing", "problem_code"),
    category=Category.CUSTOMER,
)
