"""Whether a bin has to be read in a capture by delta."""

from collections.abc import Callable
from datetime import timedelta

from apps.core import canonical, envelope
from apps.entra.catalogue import Kind, SoftDelete
from apps.history.audit_sealing import audit_aad
from apps.history.capture.run_state import CaptureRun
from apps.history.choices import CaptureMode
from apps.history.models import AuditEvent

# Entries of the audit log arrive minutes late, and clocks differ.
_SLACK = timedelta(hours=1)
# https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities
_CATEGORIES = {SoftDelete.POLICY: "policy", SoftDelete.ROLES: "rolemanagement"}


def may_have_news(run: CaptureRun, kind: Kind, *, unsettled: Callable[[], bool]) -> bool:
    """Whether the bin of a kind that was read whole can say what is not known yet.

    Only bins beside the directory's are left out (the one request a second of Conditional Access
    would be most of what a capture by delta takes): when nothing went missing from the list,
    nothing was in the bin, and the audit log tells of no policy, or role, that was deleted. What
    was made and deleted since the last capture is found when the log tells of it, at the latest in
    the next full capture. unsettled: tells whether something that was known was not named.
    """
    category = _CATEGORIES.get(kind.soft_delete)
    if run.mode != CaptureMode.DELTA or category is None:
        return True
    if not run.log_read or category in run.deleted:
        return True
    return unsettled() or _told_lately(run, kind, category)


def _told_lately(run: CaptureRun, kind: Kind, category: str) -> bool:
    """Whether the log told of a deleted one when the last capture had read the list."""
    events = AuditEvent.objects.filter(
        tenant_id=run.tenant_id, deletes=True, at__gte=run.last_read_at(kind.name) - _SLACK
    )
    return any(
        canonical.loads(
            envelope.open_sealed(run.key, bytes(sealed), audit_aad(run.tenant_id, event_id))
        )["category"].casefold()
        == category
        for event_id, sealed in events.values_list("event_id", "body").iterator()
    )
