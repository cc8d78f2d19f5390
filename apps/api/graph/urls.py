"""The door's addresses, as Graph documents them; a function may be named with its namespace or
without, with empty parentheses or without."""

from __future__ import annotations

from typing import Any

from django.urls import re_path

from apps.api.graph import views

_UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
TENANT = rf"^graph/(?P<named>{_UUID})/(?P<version>v1\.0|beta)"
RECOVERY = TENANT + "/directory/recovery"
SNAPSHOT = RECOVERY + r"/snapshots/(?P<snapshot>[A-Za-z0-9+/=]+)"
PREVIEW = SNAPSHOT + r"/recoveryPreviewJobs/(?P<job>[^/()]+)"
JOB = SNAPSHOT + r"/recoveryJobs/(?P<job>[^/()]+)"
ANY_JOB = RECOVERY + r"/jobs/(?P<job>[^/()]+)"


def _function(name: str) -> str:
    return rf"/(?:microsoft\.graph\.entraRecoveryServices\.)?{name}(?:\(\))?$"


def _at(address: str, view: Any, name: str) -> Any:
    return re_path(address, view.as_view(), name=f"graph-{name}")


urlpatterns = [
    _at(RECOVERY + "$", views.Recovery, "recovery"),
    _at(RECOVERY + "/snapshots$", views.Snapshots, "snapshots"),
    _at(RECOVERY + r"/snapshots/\$count$", views.SnapshotCount, "snapshot-count"),
    _at(RECOVERY + "/jobs$", views.Jobs, "jobs"),
    _at(RECOVERY + r"/jobs/\$count$", views.JobCount, "job-count"),
    _at(ANY_JOB + _function("cancel"), views.Cancel, "cancel"),
    _at(ANY_JOB + "$", views.OneJob, "job"),
    _at(SNAPSHOT + "/recoveryPreviewJobs$", views.PreviewJobs, "preview-jobs"),
    _at(SNAPSHOT + r"/recoveryPreviewJobs/\$count$", views.PreviewJobCount, "preview-job-count"),
    _at(PREVIEW + _function("getChanges"), views.GetChanges, "changes"),
    _at(PREVIEW + "$", views.OnePreviewJob, "preview-job"),
    _at(SNAPSHOT + "/recoveryJobs$", views.RecoveryJobs, "recovery-jobs"),
    _at(SNAPSHOT + r"/recoveryJobs/\$count$", views.RecoveryJobCount, "recovery-job-count"),
    _at(JOB + _function("getFailedChanges"), views.GetFailedChanges, "failed-changes"),
    _at(JOB + "$", views.OneRecoveryJob, "recovery-job"),
    _at(SNAPSHOT + "$", views.OneSnapshot, "snapshot"),
    _at(TENANT + "/.*$", views.Unknown, "unknown"),
]
