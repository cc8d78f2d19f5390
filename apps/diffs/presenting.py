"""Reports and changes as plain values, for programs at the console."""

from __future__ import annotations

from typing import Any

from apps.diffs.completeness import unread
from apps.diffs.models import DifferenceReport
from apps.diffs.selectors import ChangeView


def report_as_json(report: DifferenceReport) -> dict[str, Any]:
    """A report without its changes, and what of its snapshots was not read whole."""
    return {
        "id": report.pk,
        "state": report.state,
        "base": report.base.seq,
        "target": report.target.seq if report.target else None,
        "against_now": report.against_now,
        "scope": report.scope,
        "counts": report.counts,
        "created_at": report.created_at,
        "finished_at": report.finished_at,
        "failure": report.failure,
        "unread": [
            {
                "collection": one.collection,
                "side": one.side,
                "seq": one.seq,
                "status": one.status,
                "detail": one.detail,
            }
            for one in unread(report)
        ],
    }


def change_as_json(view: ChangeView) -> dict[str, Any]:
    """One change with its values before and after."""
    change = view.change
    return {
        "position": change.position,
        "subject": change.subject,
        "change": change.change,
        "kind": change.kind,
        "object_id": change.object_id,
        "label": view.label,
        "link": change.link,
        "target_id": change.target_id,
        "target_label": view.target_label,
        "attributes": [
            {"name": value.name, "before": value.before, "after": value.after}
            for value in view.values
        ],
        "recoverable": change.recoverable,
        "reason": view.reason,
        "returns_with": change.returns_with,
        "native": change.native,
        "risk": change.risk,
        "changed_by": change.changed_by,
        "actor_id": change.actor_id,
        "changed_at": change.changed_at,
    }
