"""Rows of the routing table. Nothing is written but by a signed-in person.

https://learn.microsoft.com/graph/api/entrarecoveryservices-snapshot-post-recoveryjobs
"""

from __future__ import annotations

from apps.sandbox.graph.context import Route, any_of
from apps.sandbox.recovery import handlers

READ = any_of("EntraBackup.Read.All")
PREVIEW = any_of("EntraBackup.ReadWrite.Preview")
RECOVERY = any_of("EntraBackup.ReadWrite.Recovery")
_BASE = "/directory/recovery"
_POINT = f"{_BASE}/snapshots/{{snapshot}}"
# As the routing table spells `microsoft.graph.entraRecoveryServices.cancel`.
_ACTION = "entraRecoveryServices"
_PREVIEWS = f"{_POINT}/recoveryPreviewJobs"
_RECOVERIES = f"{_POINT}/recoveryJobs"

ROUTES: tuple[Route, ...] = (
    Route("GET", f"{_BASE}/snapshots", handlers.list_points, READ, READ),
    Route("GET", _POINT, handlers.get_point, READ, READ),
    Route("GET", _PREVIEWS, handlers.lists(is_preview=True), READ, READ),
    Route("POST", _PREVIEWS, handlers.creates(is_preview=True), (), PREVIEW),
    Route("GET", f"{_PREVIEWS}/{{job}}", handlers.gets(is_preview=True), READ, READ),
    Route("GET", f"{_PREVIEWS}/{{job}}/{_ACTION}.getChanges", handlers.get_changes, READ, READ),
    Route("GET", _RECOVERIES, handlers.lists(is_preview=False), READ, READ),
    Route("POST", _RECOVERIES, handlers.creates(is_preview=False), (), RECOVERY),
    Route("GET", f"{_RECOVERIES}/{{job}}", handlers.gets(is_preview=False), READ, READ),
    Route(
        "GET",
        f"{_RECOVERIES}/{{job}}/{_ACTION}.getFailedChanges",
        handlers.get_failed_changes,
        READ,
        READ,
    ),
    Route("GET", f"{_BASE}/jobs", handlers.list_all, READ, READ),
    Route("GET", f"{_BASE}/jobs/{{job}}", handlers.get_any, READ, READ),
    Route(
        "POST",
        f"{_BASE}/jobs/{{job}}/{_ACTION}.cancel",
        handlers.cancel,
        (),
        (*PREVIEW, *RECOVERY),
    ),
)
"""Every call that the recovery service answers."""
