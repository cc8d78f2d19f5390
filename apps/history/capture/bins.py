"""Whether a bin has to be read in a capture by delta."""

from datetime import timedelta

from apps.core import canonical, envelope
from apps.entra.catalogue import Kind, SoftDelete
from apps.history.audit_sealing import audit_aad
from apps.history.capture import staged_objects
from apps.history.capture.run_state import CaptureRun
from apps.history.choices import CaptureMode
from apps.history.models import AuditEvent

# Entries of the audit log arrive minutes late, and clocks differ.
_SLACK = timedelta(hours=1)
# https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities
_POLICY = "policy"


def may_have_news(run: CaptureRun, kind: Kind) -> bool:
    """Whether the bin of a kind that was read whole can say what is not known yet.

    Only the bins of Conditional Access are left out, whose one request a second would be most of
    what a capture by delta takes: when nothing went missing from the list, nothing was in the bin,
    and the audit log tells of no policy that was deleted. What was made and deleted since the last
    capture is found when the log tells of it, at the latest in the next full capture.
    """
    if run.mode != CaptureMode.DELTA or kind.soft_delete is not SoftDelete.POLICY:
        return True
    if not run.log_read or _POLICY in run.deleted:
        return True
    return staged_objects.unsettled(run.tenant_id, kind.name) or _told_lately(run, kind)


def _told_lately(run: CaptureRun, kind: Kind) -> bool:
    """Whether the log told of a deleted policy when the last capture had read the list."""
    events = AuditEvent.objects.filter(
        tenant_id=run.tenant_id, deletes=True, at__gte=run.last_read_at(kind.name) - _SLACK
    )
    return any(
        canonical.loads(
            envelope.open_sealed(run.key, bytes(sealed), audit_aad(run.tenant_id, event_id))
        )["category"].casefold()
        == _POLICY
        for event_id, sealed in events.values_list("event_id", "body").iterator()
    )
