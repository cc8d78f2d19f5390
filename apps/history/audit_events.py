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
register(
    "retention.changed",
    "{subject} keeps its snapshots by other rules",
    fields=("change",),
    category=Category.BACKUP,
    severity=Severity.NOTICE,
)
register(
    "retention.shortening_asked",
    "{actor} asked to keep the snapshots of {subject} for a shorter time: {reason}",
    fields=("change",),
    category=Category.BACKUP,
    severity=Severity.WARNING,
)
register(
    "retention.shortening_approved",
    "{actor} agreed that {subject} keeps its snapshots for a shorter time from {takes_effect} on",
    fields=("change", "takes_effect"),
    category=Category.BACKUP,
    severity=Severity.WARNING,
)
register(
    "retention.shortening_refused",
    "{actor} refused that {subject} keeps its snapshots for a shorter time: {reason}",
    fields=("change",),
    category=Category.BACKUP,
)
register(
    "retention.shortening_cancelled",
    "{actor} cancelled that {subject} keeps its snapshots for a shorter time: {reason}",
    fields=("change",),
    category=Category.BACKUP,
    severity=Severity.NOTICE,
)
register(
    "keep_template.created",
    "{actor} made a keep template for {subject}",
    fields=("template",),
    category=Category.BACKUP,
)
register(
    "keep_template.for_new",
    "{actor} chose the keep template that new tenants of {subject} follow",
    fields=("template",),
    category=Category.BACKUP,
)
register(
    "keep_template.renamed",
    "{actor} gave a keep template of {subject} another name",
    fields=("template",),
    category=Category.BACKUP,
)
register(
    "keep_template.changed",
    "A keep template of {subject} has other rules, and all tenants that follow it",
    fields=("template", "change"),
    category=Category.BACKUP,
    severity=Severity.NOTICE,
)
register(
    "keep_template.shortening_asked",
    "{actor} asked to shorten a keep template of {subject}: {reason}",
    fields=("template", "change"),
    category=Category.BACKUP,
    severity=Severity.WARNING,
)
register(
    "keep_template.shortening_approved",
    "{actor} agreed to shorten a keep template of {subject} from {takes_effect} on",
    fields=("template", "change", "takes_effect"),
    category=Category.BACKUP,
    severity=Severity.WARNING,
)
register(
    "keep_template.shortening_refused",
    "{actor} refused to shorten a keep template of {subject}: {reason}",
    fields=("template", "change"),
    category=Category.BACKUP,
)
register(
    "keep_template.shortening_cancelled",
    "{actor} cancelled that a keep template of {subject} is shortened: {reason}",
    fields=("template", "change"),
    category=Category.BACKUP,
    severity=Severity.NOTICE,
)
register(
    "snapshot.pinned",
    "{actor} pinned snapshot {seq} of {subject}: {reason}",
    fields=("seq",),
    category=Category.BACKUP,
    severity=Severity.NOTICE,
)
register(
    "pin.release_asked",
    "{actor} asked to release the pin on snapshot {seq} of {subject}: {reason}",
    fields=("seq",),
    category=Category.BACKUP,
    severity=Severity.WARNING,
)
register(
    "pin.released",
    "{actor} agreed to release the pin on snapshot {seq} of {subject}",
    fields=("seq",),
    category=Category.BACKUP,
    severity=Severity.WARNING,
)
register(
    "pin.kept",
    "{actor} kept the pin on snapshot {seq} of {subject}",
    fields=("seq",),
    category=Category.BACKUP,
)
register(
    "hold.begun",
    "{actor} put {subject} on legal hold: {reason}",
    fields=("hold",),
    category=Category.BACKUP,
    severity=Severity.WARNING,
)
register(
    "hold.end_asked",
    "{actor} asked to end the legal hold on {subject}: {reason}",
    fields=("hold",),
    category=Category.BACKUP,
    severity=Severity.WARNING,
)
register(
    "hold.ended",
    "{actor} agreed to end the legal hold on {subject}",
    fields=("hold",),
    category=Category.BACKUP,
    severity=Severity.WARNING,
)
register(
    "hold.kept",
    "{actor} kept the legal hold on {subject}",
    fields=("hold",),
    category=Category.BACKUP,
)
register(
    "removals.planned",
    "{number} snapshots of {subject} that no rule keeps are to go, the first on {due}",
    fields=("number", "due"),
    category=Category.BACKUP,
    severity=Severity.NOTICE,
)
register(
    "removals.cancelled",
    "{number} snapshots of {subject} that were to go stay: {why}",
    fields=("number", "why"),
    category=Category.BACKUP,
)
register(
    "offsite.store_added",
    "{actor} set up the off-site store {subject} in {region} (lock: {lock}, {lock_days} days)",
    fields=("store", "region", "lock", "lock_days", "enabled"),
    category=Category.BACKUP,
    severity=Severity.NOTICE,
)
register(
    "offsite.store_changed",
    "{actor} changed the off-site store {subject} (lock: {lock}, {lock_days} days)",
    fields=("store", "region", "lock", "lock_days", "enabled"),
    category=Category.BACKUP,
    severity=Severity.NOTICE,
)
register(
    "offsite.region_chosen",
    "{actor} chose {region} as the region of {subject}; it was {region_before}",
    fields=("region", "region_before"),
    category=Category.BACKUP,
    severity=Severity.NOTICE,
)
register(
    "offsite.told",
    "People were told that copying off-site fails ({code})",
    fields=("store", "code", "mails"),
    category=Category.BACKUP,
    severity=Severity.WARNING,
)
register(
    "offsite.key_destroyed",
    "The copy of an erased tenant's key was removed from an off-site store",
    fields=("store",),
    category=Category.BACKUP,
    severity=Severity.NOTICE,
)
register(
    "offsite.restored",
    "{actor} brought the installation back from its off-site copies",
    fields=("tenants", "lost", "damaged"),
    category=Category.BACKUP,
    severity=Severity.WARNING,
)
register(
    "history.verified",
    "{actor} verified the history of {subject} ({share} % of it): nothing was changed",
    fields=("verification", "share", "damage", "codes"),
    category=Category.BACKUP,
)
register(
    "history.not_verified",
    "The history of {subject} could not be verified",
    fields=("verification", "share", "damage", "codes"),
    category=Category.BACKUP,
    severity=Severity.WARNING,
)
register(
    "history.damaged",
    "THE HISTORY OF {subject} IS DAMAGED in {damage} places: {codes}",
    fields=("verification", "share", "damage", "codes"),
    category=Category.BACKUP,
    severity=Severity.ALERT,
)
register(
    "captures.scheduled",
    "{actor} had {subject} captured by its schedule",
    category=Category.BACKUP,
)
register(
    "captures.paused",
    "{actor} paused the captures of {subject}",
    category=Category.BACKUP,
    severity=Severity.NOTICE,
)
register(
    "objective.missed",
    "{subject} misses its recovery point objective: {cause}",
    fields=("cause",),
    category=Category.BACKUP,
    severity=Severity.WARNING,
)
register(
    "objective.met",
    "{subject} meets its recovery point objective again",
    category=Category.BACKUP,
)
register(
    "import.begun",
    "{actor} had files of {stated_at} read as a snapshot of {subject}: {reason}",
    fields=("import", "stated_at"),
    category=Category.BACKUP,
    severity=Severity.NOTICE,
)
register(
    "import.done",
    "Files that {actor} brought became snapshot {seq} of {subject}",
    fields=("import", "seq", "files"),
    category=Category.BACKUP,
    severity=Severity.NOTICE,
)
register(
    "snapshots.pruned",
    "Snapshots {snapshots} of {subject} were removed, as its keep rules say",
    fields=("pruning", "snapshots", "versions"),
    category=Category.BACKUP,
    severity=Severity.NOTICE,
)
