from apps.audit.choices import Category, Severity
from apps.audit.registry import register

register(
    "snapshot.sealed",
    "{actor} sealed snapshot {seq} of {subject} ({mode})",
    fields=("seq", "mode", "complete"),
    category=Category.BACKUP,
)
register(
    "collection.held",
    "So much of {collection} was missing in {subject} that it waits for confirmation",
    fields=("collection", "seq", "missing"),
    category=Category.BACKUP,
    severity=Severity.WARNING,
)
register(
    "collection.confirmed",
    "{actor} confirmed that what is missing from {collection} of {subject} is gone: {reason}",
    fields=("collection", "seq"),
    category=Category.BACKUP,
    severity=Severity.NOTICE,
)
register(
    "snapshot.asked_for",
    "{actor} asked for a {mode} capture of {subject}",
    fields=("mode", "job_id"),
    category=Category.BACKUP,
)
register(
    "export.made",
    "{actor} took {what} of snapshot {seq} of {subject} out ({form})",
    fields=("export", "seq", "what", "form"),
    personal=("object",),
    category=Category.EXPORT,
    severity=Severity.NOTICE,
)
register(
    "export.downloaded",
    "{actor} downloaded {what} of snapshot {seq} of {subject} ({form})",
    fields=("export", "seq", "what", "form"),
    personal=("object",),
    category=Category.EXPORT,
    severity=Severity.NOTICE,
)
