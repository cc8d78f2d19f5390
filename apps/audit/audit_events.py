from apps.audit.choices import Category, Severity
from apps.audit.registry import register

register(
    "personal_data.viewed",
    "{actor} looked at a {what} of {subject}",
    fields=("what", "thing"),
    category=Category.VIEW,
)
register(
    "access.refused",
    "{actor} was refused: {route} ({code})",
    fields=("route", "code", "target"),
    category=Category.DENIED,
    severity=Severity.WARNING,
)
register(
    "access.refused_often",
    "{actor} was refused {attempts} times more within a minute",
    fields=("attempts",),
    category=Category.DENIED,
    severity=Severity.WARNING,
)
register(
    "trail.erased",
    "{actor} erased what {records} records said about persons: {reason}",
    fields=("of_tenant", "of_user", "up_to", "records"),
    category=Category.TRAIL,
    severity=Severity.WARNING,
)
register(
    "trail.exported",
    "{actor} exported records of the audit trail ({form})",
    fields=("form", "narrowed_by"),
    personal=("narrowed_to",),
    category=Category.EXPORT,
    severity=Severity.NOTICE,
)
register(
    "trail.broken",
    "The verification of the audit trail found {problems} problems, the first: {first}",
    fields=("problems", "first"),
    category=Category.TRAIL,
    severity=Severity.ALERT,
)
