from apps.audit.registry import register

register("msp.created", "{actor} created the MSP {subject}")
register("tenant.added", "{actor} added the customer {subject}", fields=("cloud",))
register("tenant.activated", "The tenant of {subject} was proved and is now looked after")
register("tenant.suspended", "{actor} suspended {subject}: {reason}")
register("tenant.removed", "{actor} stopped looking after {subject}: {reason}")
register(
    "app_registration.created",
    "{actor} made a certificate for the {purpose} application {subject}",
    fields=("purpose", "cloud", "thumbprint"),
)
register(
    "app_registration.completed",
    "{actor} entered the client id of {subject}",
    fields=("client_id",),
)
register(
    "backup_policy.changed",
    "{actor} set the backup policy of {subject}",
    fields=("enabled", "full_every_minutes", "delta_every_minutes"),
)
