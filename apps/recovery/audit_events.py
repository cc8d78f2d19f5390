from __future__ import annotations

from apps.audit.choices import Category, Severity
from apps.audit.registry import register

register(
    "plan.made",
    "{actor} made a recovery plan for {subject}",
    fields=("plan_id", "digest", "base_seq", "assumed_seq", "requests", "blocked"),
    category=Category.RECOVERY,
)
register(
    "recovery.requested",
    "{actor} asked for a recovery of {subject}: {reason}",
    fields=("request_id", "plan_id", "digest", "expires_at"),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
register(
    "recovery.agreed",
    "{actor} agreed to a recovery of {subject}: {reason}",
    fields=("request_id", "plan_id", "digest", "side", "missing"),
    category=Category.RECOVERY,
)
register(
    "recovery.approved",
    "{actor} approved a recovery of {subject}: {reason}",
    fields=("request_id", "plan_id", "digest", "run_id"),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
register(
    "recovery.refused",
    "{actor} refused a recovery of {subject}: {reason}",
    fields=("request_id", "plan_id"),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
register(
    "recovery.withdrawn",
    "{actor} withdrew the request for a recovery of {subject}: {reason}",
    fields=("request_id", "plan_id"),
    category=Category.RECOVERY,
)
register(
    "recovery.expired",
    "The request for a recovery of {subject} expired",
    fields=("request_id", "plan_id"),
    category=Category.RECOVERY,
)
register(
    "recovery.started",
    "The recovery of {subject} started",
    fields=("run_id", "plan_id", "digest"),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
register(
    "recovery.finished",
    "The recovery of {subject} ended: {state}",
    fields=("run_id", "plan_id", "state", "objects", "links", "failures"),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
register(
    "recovery.password_read",
    "{actor} read the first password of an account that was made anew in {subject}",
    fields=("run_id", "object_id"),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
register(
    "recovery.cancel_asked",
    "{actor} asked that the recovery of {subject} be cancelled: {reason}",
    fields=("run_id",),
    category=Category.RECOVERY,
)
register(
    "recovery.undo_asked",
    "{actor} asked for a plan that takes a recovery of {subject} back",
    fields=("run_id", "report_id"),
    category=Category.RECOVERY,
)
