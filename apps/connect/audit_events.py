from apps.audit.registry import register

register(
    "consent.requested",
    "{actor} made a consent link for {subject} ({purpose})",
    fields=("purpose", "connection_id", "expires_at"),
    personal=("mailed_to",),
)
register(
    "consent.refused",
    "The consent of {subject} ({purpose}) was refused or broken off: {problem_code}",
    fields=("purpose", "connection_id", "problem_code"),
)
register(
    "consent.given",
    "An administrator of {subject} consented ({purpose})",
    fields=("purpose", "connection_id"),
)
register(
    "connection.changed",
    "The {purpose} connection of {subject} is now: {state}",
    fields=("purpose", "connection_id", "state", "missing", "problem_code"),
)
