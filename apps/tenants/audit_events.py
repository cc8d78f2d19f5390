from apps.audit.choices import Category, Severity
from apps.audit.registry import register

register("msp.created", "{actor} created the MSP {subject}", category=Category.CUSTOMER)
register(
    "tenant.added",
    "{actor} added the customer {subject}",
    fields=("cloud",),
    category=Category.CUSTOMER,
)
register(
    "tenant.activated",
    "The tenant of {subject} was proved and is now looked after",
    category=Category.CUSTOMER,
)
register(
    "tenant.suspended",
    "{actor} suspended {subject}: {reason}",
    category=Category.CUSTOMER,
    severity=Severity.NOTICE,
)
register(
    "tenant.resumed", "{actor} looks after {subject} again: {reason}", category=Category.CUSTOMER
)
register(
    "tenant.removed",
    "{actor} stopped looking after {subject}: {reason}",
    category=Category.CUSTOMER,
    severity=Severity.WARNING,
)
register(
    "app_registration.created",
    "{actor} made a certificate for the {purpose} application {subject}",
    fields=("purpose", "cloud", "thumbprint"),
    category=Category.CUSTOMER,
)
register(
    "app_registration.completed",
    "{actor} entered the client id of {subject}",
    fields=("client_id",),
    category=Category.CUSTOMER,
)
register(
    "backup_policy.changed",
    "{actor} set the backup policy of {subject}",
    fields=("enabled", "delta_every_minutes", "objective_minutes"),
    category=Category.CUSTOMER,
)
register(
    "tenant.break_glass_named",
    "{actor} named a break-glass account of {subject}",
    fields=("object_id",),
    category=Category.CUSTOMER,
    severity=Severity.NOTICE,
)
register(
    "tenant.break_glass_forgotten",
    "{actor} took a break-glass account of {subject} off the list",
    fields=("object_id",),
    category=Category.CUSTOMER,
    severity=Severity.WARNING,
)
