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
    fields=("request_id", "plan_id", "digest", "expires_at", "undo_hours"),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
register(
    "recovery.agreed",
    "{actor} agreed to a recovery of {subject}: {reason}",
    fields=("request_id", "plan_id", "digest", "side", "missing", "risks"),
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
    "recovery.glass_broken",
    "{actor} broke the glass and approved a recovery of {subject} alone: {reason}",
    fields=("request_id", "plan_id", "digest", "risks", "review_due"),
    category=Category.RECOVERY,
    severity=Severity.ALERT,
)
register(
    "recovery.glass_reviewed",
    "{actor} reviewed the break-glass approval for {subject}: {reason}",
    fields=("request_id", "plan_id", "verdict"),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
register(
    "recovery.commented",
    "{actor} commented on a request for a recovery of {subject}",
    fields=("request_id", "plan_id", "comment_id"),
    category=Category.RECOVERY,
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
    "recovery.pause_asked",
    "{actor} asked that the recovery of {subject} rest: {reason}",
    fields=("run_id",),
    category=Category.RECOVERY,
)
register(
    "recovery.paused",
    "The recovery of {subject} rests",
    fields=("run_id",),
    category=Category.RECOVERY,
)
register(
    "recovery.resumed",
    "{actor} let the recovery of {subject} go on: {reason}",
    fields=("run_id",),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
register(
    "recovery.retried",
    "{actor} had what failed in the recovery of {subject} tried again: {reason}",
    fields=("run_id", "results", "attempt"),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
register(
    "recovery.step_skipped",
    "{actor} skipped a step of the recovery of {subject}: {reason}",
    fields=("run_id", "step", "object_id"),
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
register(
    "recovery.undo_started",
    "{actor} took a recovery of {subject} back, as was approved with it: {reason}",
    fields=("request_id", "plan_id", "digest", "run_id"),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
register(
    "playbook.saved",
    "{actor} saved a playbook for {subject}",
    fields=("playbook_id",),
    category=Category.RECOVERY,
)
register(
    "playbook.changed",
    "{actor} changed a playbook of {subject}",
    fields=("playbook_id",),
    category=Category.RECOVERY,
)
register(
    "playbook.removed",
    "{actor} removed a playbook of {subject}",
    fields=("playbook_id",),
    category=Category.RECOVERY,
)
register(
    "approval_rules.changed",
    "Recoveries of {subject} are approved by other rules",
    fields=("change",),
    category=Category.CUSTOMER,
    severity=Severity.NOTICE,
)
register(
    "approval_rules.loosening_asked",
    "{actor} asked that recoveries of {subject} are approved by looser rules: {reason}",
    fields=("change",),
    category=Category.CUSTOMER,
    severity=Severity.WARNING,
)
register(
    "approval_rules.loosening_approved",
    "{actor} agreed to looser rules for approving recoveries of {subject}, from {takes_effect} on",
    fields=("change", "takes_effect"),
    category=Category.CUSTOMER,
    severity=Severity.WARNING,
)
register(
    "approval_rules.loosening_refused",
    "{actor} refused looser rules for approving recoveries of {subject}: {reason}",
    fields=("change",),
    category=Category.CUSTOMER,
)
register(
    "approval_rules.loosening_cancelled",
    "{actor} cancelled looser rules for approving recoveries of {subject}: {reason}",
    fields=("change",),
    category=Category.CUSTOMER,
    severity=Severity.NOTICE,
)
register(
    "sweep.started",
    "{actor} had the tenants of {subject} looked through for what somebody did: {reason}",
    fields=("sweep_id", "tenants"),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
register(
    "recovery.document_taken",
    "{actor} took a signed document of a recovery of {subject}",
    fields=("document", "form"),
    category=Category.RECOVERY,
)
register(
    "transfer.prepared",
    "{actor} had a snapshot of another tenant looked at, to put it into {subject}: {reason}",
    fields=("transfer_id", "source", "seq", "kinds"),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
register(
    "transfer.looked_at",
    "{actor} had a snapshot of {subject} looked at, to put it into another tenant",
    fields=("transfer_id", "target", "seq"),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
register(
    "transfer.brought",
    "{actor} brought a snapshot of another tenant over to {subject}: {reason}",
    fields=("transfer_id", "source", "seq", "base_seq"),
    category=Category.RECOVERY,
    severity=Severity.WARNING,
)
register(
    "transfer.taken_from",
    "{actor} brought a snapshot of {subject} over to another tenant",
    fields=("transfer_id", "target", "seq"),
    category=Category.RECOVERY,
    severity=Severity.WARNING,
)
register(
    "drill.asked",
    "{actor} asked for a drill of {subject}",
    fields=("drill_id", "seq", "scenario", "place", "origin"),
    category=Category.RECOVERY,
)
register(
    "drill.approved_by_rule",
    "The plan of a drill of {subject} was approved by rule: it can write to its own sandbox alone",
    fields=("drill_id", "rehearsal_id", "cloud", "digest", "requests", "risks"),
    category=Category.RECOVERY,
)
register(
    "drill.ended",
    "A drill of {subject} has ended",
    fields=("drill_id", "state", "recovery_seconds", "unexpected", "issues", "digest"),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
register(
    "drill.schedule_set",
    "{actor} set the schedule of drills of {subject}",
    fields=("interval", "scenario"),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
register(
    "recovery.signed_in_for",
    "{actor} signed in at Microsoft so that its own recovery of {subject} may begin",
    fields=("run_id",),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
register(
    "recovery.handed_to_microsoft",
    "Microsoft's own recovery of {subject} began",
    fields=("run_id", "native_job_id"),
    category=Category.RECOVERY,
    severity=Severity.NOTICE,
)
