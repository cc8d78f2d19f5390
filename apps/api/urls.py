"""The API's addresses. A tenant's carry its id, which the view's base turns into access."""

from __future__ import annotations

from django.urls import path, re_path

from apps.api.graph import urls as graph
from apps.api.schema import docs, one_problem, problems, schema
from apps.api.views import (
    approving,
    audit,
    branding,
    diffs,
    drills,
    events,
    exports,
    history,
    notifications,
    objects,
    planning,
    playbooks,
    recovery,
    retention,
    running,
    standing,
    steering,
    sweeps,
    tenants,
    transfers,
    undoing,
)
from apps.api.views.unknown import Unknown

app_name = "api"

TENANT = "v1/tenants/<uuid:tenant_id>"
AT = f"{TENANT}/snapshots/<int:seq>"
OBJECT = "<str:kind>/<str:object_id>"
MSP = "v1/msps/<uuid:msp_id>"
ROUTE = f"{MSP}/notification-routes/<uuid:route_id>"
SWEEP = f"{MSP}/sweeps/<uuid:sweep_id>"
PLAYBOOK = f"{MSP}/playbooks/<uuid:playbook_id>"

urlpatterns = [
    path("schema", schema, name="schema"),
    path("docs", docs, name="docs"),
    path("problems", problems, name="problems"),
    path("problems/<slug:code>", one_problem, name="problem"),
    path("v1/me", tenants.Me.as_view(), name="me"),
    path("v1/search", objects.Search.as_view(), name="search"),
    path("v1/events", events.Events.as_view(), name="events"),
    path("v1/jobs/<uuid:job_id>/events", events.JobEvents.as_view(), name="job-events"),
    path("v1/tenants", tenants.Tenants.as_view(), name="tenants"),
    path(TENANT, tenants.OneTenant.as_view(), name="tenant"),
    path(f"{TENANT}/connections", tenants.Connections.as_view(), name="connections"),
    path(f"{TENANT}/snapshots", history.Snapshots.as_view(), name="snapshots"),
    path(f"{TENANT}/snapshots/<int:seq>", history.OneSnapshot.as_view(), name="snapshot"),
    path(f"{AT}/objects", objects.Objects.as_view(), name="objects"),
    path(f"{AT}/objects/{OBJECT}", objects.OneObject.as_view(), name="object"),
    path(f"{AT}/objects/{OBJECT}/links", objects.Links.as_view(), name="object-links"),
    path(f"{AT}/objects/{OBJECT}/used-by", objects.ObjectUses.as_view(), name="object-uses"),
    path(f"{AT}/uses", objects.Uses.as_view(), name="uses"),
    path(f"{TENANT}/objects/{OBJECT}/versions", objects.Versions.as_view(), name="versions"),
    path(f"{TENANT}/captures", history.Captures.as_view(), name="captures"),
    path(f"{TENANT}/before-change", retention.BeforeChange.as_view(), name="before-change"),
    path(f"{TENANT}/schedule", retention.Schedule.as_view(), name="schedule"),
    path(f"{TENANT}/retention", retention.Retention.as_view(), name="retention"),
    path(
        f"{TENANT}/retention/preview",
        retention.RetentionPreview.as_view(),
        name="retention-preview",
    ),
    path(
        f"{TENANT}/retention/changes",
        retention.RetentionChanges.as_view(),
        name="retention-changes",
    ),
    path(f"{AT}/standing", retention.SnapshotStanding.as_view(), name="standing"),
    path(f"{TENANT}/pins", retention.Pins.as_view(), name="pins"),
    path(
        f"{TENANT}/pins/<uuid:pin_id>/release", retention.PinRelease.as_view(), name="pin-release"
    ),
    path(f"{TENANT}/holds", retention.Holds.as_view(), name="holds"),
    path(f"{TENANT}/holds/<uuid:hold_id>/end", retention.HoldEnd.as_view(), name="hold-end"),
    path(f"{TENANT}/jobs", history.Jobs.as_view(), name="jobs"),
    path(f"{TENANT}/jobs/<uuid:job_id>", history.OneJob.as_view(), name="job"),
    path(
        f"{TENANT}/jobs/<uuid:job_id>/cancel", history.JobCancellation.as_view(), name="cancel-job"
    ),
    path(
        f"{TENANT}/jobs/<uuid:job_id>/document",
        undoing.JobDocument.as_view(),
        name="job-document",
    ),
    path(f"{TENANT}/exports", exports.Exports.as_view(), name="exports"),
    path(f"{TENANT}/exports/<uuid:export_id>", exports.OneExport.as_view(), name="export"),
    path(
        f"{TENANT}/exports/<uuid:export_id>/file",
        exports.ExportFile.as_view(),
        name="export-file",
    ),
    path(f"{TENANT}/reports", diffs.Reports.as_view(), name="reports"),
    path(f"{TENANT}/reports/<uuid:report_id>", diffs.OneReport.as_view(), name="report"),
    path(f"{TENANT}/reports/<uuid:report_id>/changes", diffs.Changes.as_view(), name="changes"),
    path(f"{TENANT}/playbooks", planning.Playbooks.as_view(), name="playbooks"),
    path(f"{TENANT}/plans", recovery.Plans.as_view(), name="plans"),
    path(f"{TENANT}/plans/<uuid:plan_id>", recovery.OnePlan.as_view(), name="plan"),
    path(
        f"{TENANT}/plans/<uuid:plan_id>/settle",
        planning.PlanSettling.as_view(),
        name="settle-plan",
    ),
    path(f"{TENANT}/plans/<uuid:plan_id>/steps", recovery.Steps.as_view(), name="steps"),
    path(f"{TENANT}/plans/<uuid:plan_id>/again", undoing.PlanAgain.as_view(), name="plan-again"),
    path(
        f"{TENANT}/plans/<uuid:plan_id>/document",
        undoing.PlanDocument.as_view(),
        name="plan-document",
    ),
    path(f"{TENANT}/requests", recovery.Requests.as_view(), name="requests"),
    path(f"{TENANT}/requests/<uuid:request_id>", recovery.OneRequest.as_view(), name="request"),
    path(
        f"{TENANT}/requests/<uuid:request_id>/withdraw",
        recovery.RequestWithdrawal.as_view(),
        name="withdraw-request",
    ),
    path(
        f"{TENANT}/requests/<uuid:request_id>/approvals",
        approving.Approvals.as_view(),
        name="approvals",
    ),
    path(
        f"{TENANT}/requests/<uuid:request_id>/comments",
        approving.Comments.as_view(),
        name="comments",
    ),
    path(f"{TENANT}/approval-rules", approving.ApprovalRules.as_view(), name="approval-rules"),
    path(
        f"{TENANT}/approval-rules/changes",
        approving.ApprovalRuleChanges.as_view(),
        name="approval-rule-changes",
    ),
    path(f"{TENANT}/runs", recovery.Runs.as_view(), name="runs"),
    path(f"{TENANT}/runs/<uuid:run_id>", recovery.OneRun.as_view(), name="run"),
    path(
        f"{TENANT}/runs/<uuid:run_id>/cancel",
        recovery.RunCancellation.as_view(),
        name="cancel-run",
    ),
    path(f"{TENANT}/runs/<uuid:run_id>/pause", steering.RunPause.as_view(), name="pause-run"),
    path(
        f"{TENANT}/runs/<uuid:run_id>/resume", steering.RunResumption.as_view(), name="resume-run"
    ),
    path(f"{TENANT}/runs/<uuid:run_id>/retry", steering.RunRetry.as_view(), name="retry-run"),
    path(
        f"{TENANT}/runs/<uuid:run_id>/steps/<int:order>/skip",
        steering.StepSkip.as_view(),
        name="skip-step",
    ),
    path(f"{TENANT}/runs/<uuid:run_id>/undo", undoing.Undo.as_view(), name="undo"),
    path(
        f"{TENANT}/runs/<uuid:run_id>/document", undoing.RunDocument.as_view(), name="run-document"
    ),
    path(f"{TENANT}/runs/<uuid:run_id>/results", running.Results.as_view(), name="results"),
    path(
        f"{TENANT}/runs/<uuid:run_id>/enable-policies",
        running.PolicyEnabling.as_view(),
        name="enable-policies",
    ),
    path(f"{TENANT}/transfers", transfers.Transfers.as_view(), name="transfers"),
    path(
        f"{TENANT}/transfers/<uuid:transfer_id>",
        transfers.OneTransfer.as_view(),
        name="transfer",
    ),
    path(
        f"{TENANT}/transfers/<uuid:transfer_id>/bring",
        transfers.TransferBringing.as_view(),
        name="bring-transfer",
    ),
    path(
        f"{TENANT}/transfers/<uuid:transfer_id>/drill",
        transfers.TransferDrill.as_view(),
        name="keep-transfer-as-drill",
    ),
    path(f"{TENANT}/drills", drills.Drills.as_view(), name="drills"),
    path(f"{TENANT}/drills/<uuid:drill_id>", drills.OneDrill.as_view(), name="drill"),
    path(
        f"{TENANT}/drills/<uuid:drill_id>/cancel",
        drills.DrillCancellation.as_view(),
        name="cancel-drill",
    ),
    path(
        f"{TENANT}/drills/<uuid:drill_id>/evidence",
        drills.DrillEvidence.as_view(),
        name="drill-evidence",
    ),
    path(f"{TENANT}/drill-schedule", drills.DrillSchedule.as_view(), name="drill-schedule"),
    path(f"{TENANT}/audit", audit.AuditTrail.as_view(), name="audit"),
    path(f"{TENANT}/verifications", standing.Verifications.as_view(), name="verifications"),
    path(f"{TENANT}/coverage", standing.Coverage.as_view(), name="coverage"),
    path(f"{TENANT}/people", standing.People.as_view(), name="people"),
    path(
        f"{TENANT}/break-glass-accounts",
        standing.BreakGlassAccounts.as_view(),
        name="break-glass-accounts",
    ),
    path(f"{MSP}/keep-templates", retention.KeepTemplates.as_view(), name="keep-templates"),
    path(f"{MSP}/branding", branding.Branding.as_view(), name="branding"),
    path(f"{MSP}/sweeps", sweeps.Sweeps.as_view(), name="sweeps"),
    path(SWEEP, sweeps.OneSweep.as_view(), name="sweep"),
    path(f"{SWEEP}/members", sweeps.SweepMembers.as_view(), name="sweep-members"),
    path(f"{SWEEP}/requests", sweeps.SweepRequests.as_view(), name="sweep-requests"),
    path(f"{MSP}/playbooks", playbooks.Playbooks.as_view(), name="playbooks-of-msp"),
    path(PLAYBOOK, playbooks.PlaybookChange.as_view(), name="change-playbook"),
    path(f"{PLAYBOOK}/remove", playbooks.PlaybookRemoval.as_view(), name="remove-playbook"),
    path(
        f"{MSP}/notification-routes",
        notifications.NotificationRoutes.as_view(),
        name="notification-routes",
    ),
    path(ROUTE, notifications.OneNotificationRoute.as_view(), name="notification-route"),
    path(f"{ROUTE}/deliveries", notifications.Deliveries.as_view(), name="deliveries"),
    path(
        f"{ROUTE}/deliveries/<uuid:delivery_id>/resend",
        notifications.Resending.as_view(),
        name="resend-delivery",
    ),
    *graph.urlpatterns,
    # So that an address that leads nowhere is answered as a program expects it.
    re_path(r"^(?P<rest>.*)$", Unknown.as_view(), name="unknown"),
]
