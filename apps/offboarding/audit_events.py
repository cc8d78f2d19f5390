from apps.audit.choices import Category, Severity
from apps.audit.registry import register

for name, text in {
    "offboarding.began": "{actor} put {subject} on hold to leave: {reason}",
    "offboarding.cancelled": "{actor} cancelled that {subject} leaves: {reason}",
    "handover.offered": "{actor} offered {subject} to another MSP: {reason}",
    "handover.withdrawn": "{actor} withdrew the offer of {subject}",
    "handover.given": "{subject} was handed over to another MSP",
    "handover.taken": "{actor} took over {subject} from another MSP",
}.items():
    register(name, text, category=Category.CUSTOMER, severity=Severity.WARNING)

register(
    "offboarding.agreed",
    "{actor} agreed that {subject} is erased after {erase_after}",
    fields=("offboarding", "erase_after"),
    category=Category.CUSTOMER,
    severity=Severity.WARNING,
)
register(
    "offboarding.exported",
    "{actor} exported the whole history of {subject}",
    fields=("offboarding", "snapshots"),
    category=Category.EXPORT,
    severity=Severity.NOTICE,
)
register(
    "tenant.erased",
    "{subject} was erased: {versions} versions can no longer be read by anybody",
    fields=("certificate", "snapshots", "versions"),
    category=Category.CUSTOMER,
    severity=Severity.ALERT,
)
