from __future__ import annotations

from apps.audit.choices import Category
from apps.audit.registry import register

register(
    "report.requested",
    "{actor} asked for a difference report from snapshot {base_seq} of {subject}",
    fields=("report_id", "base_seq", "against", "kinds", "objects"),
    category=Category.BACKUP,
)
