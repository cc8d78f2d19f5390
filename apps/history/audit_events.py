from apps.audit.registry import register

register(
    "snapshot.sealed",
    "{actor} sealed snapshot {seq} of {subject} ({mode})",
    fields=("seq", "mode", "complete"),
)
register(
    "collection.held",
    "So much of {collection} was missing in {subject} that it waits for confirmation",
    fields=("collection", "seq", "missing"),
)
register(
    "collection.confirmed",
    "{actor} confirmed that what is missing from {collection} of {subject} is gone: {reason}",
    fields=("collection", "seq"),
)
register(
    "snapshot.asked_for",
    "{actor} asked for a {mode} capture of {subject}",
    fields=("mode", "job_id"),
)
