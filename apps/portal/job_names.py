"""What jobs do, for people."""

from __future__ import annotations

from typing import Final

from apps.core.languages.choosing import shown
from apps.portal.presenting import words

# Mails are many, and say nothing of how the tenant does.
NOTICE: Final = "notify-deliver"
NAMES: Final = {
    "capture": "Snapshot",
    "plan-removals": "What retention lets go",
    "learn-apart": "Asking for what comes one by one",
    "search-index": "Search index",
    "rate-changes": "Rating of changes",
    "difference-report": "Difference report",
    "export": "Export",
    "document": "Signed PDF",
    "import": "Import",
    "make-plan": "Recovery plan",
    "plan-again": "Recovery plan",
    "enable-policies": "Plan to enable policies",
    "undo-recovery": "Plan of an undo",
    "recover-to-snapshot": "Recovery to a snapshot, up to its request",
    "sweep-tenant": "Plan of a sweep",
    "survey-transfer": "What goes across from another tenant",
    "bring-transfer": "Snapshot of another tenant",
    "transfer-drill": "Evidence of a drill",
    "recovery": "Recovery",
    "drill": "Drill",
    "verify-history": "Verification of the history",
    "prune": "Removal of what retention lets go",
    "connect-health": "Check of the connection",
    "connect-prove": "Proof of the consent",
    "offsite-ship": "Copy to the off-site store",
    "offsite-forget": "Erasure of off-site copies",
    NOTICE: "E-mail about the tenant",
}


def job_words(kind: str) -> str:
    """What a job of a kind does."""
    return shown(NAMES[kind]) if kind in NAMES else words(kind).capitalize()
