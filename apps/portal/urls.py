"""The portal's addresses. A tenant's pages carry its id; the doors turn it into access."""

from __future__ import annotations

from django.urls import path

from apps.portal.views import (
    account,
    connecting,
    jobs,
    recoveries,
    reports,
    shell,
    snapshots,
    tenants,
)

app_name = "portal"

TENANT = "tenants/<uuid:tenant_id>/"

urlpatterns = [
    path("", tenants.dashboard, name="dashboard"),
    path("account/", account.account, name="account"),
    path("theme", shell.choose_theme, name="theme"),
    path("requests/", recoveries.requests, name="requests"),
    path("runs/", recoveries.runs, name="runs"),
    path("tenants/add", connecting.add, name="add-tenant"),
    path("connect/callback", connecting.callback, name="consent-callback"),
    path(TENANT, tenants.tenant, name="tenant"),
    path(TENANT + "capture", tenants.capture, name="capture"),
    path(TENANT + "coverage/", tenants.coverage, name="coverage"),
    path(TENANT + "connection/", connecting.connection, name="connection"),
    path(TENANT + "connection/consent", connecting.consent, name="consent"),
    path(TENANT + "connection/check", connecting.check, name="check-connection"),
    path(TENANT + "snapshots/", snapshots.snapshots, name="snapshots"),
    path(TENANT + "snapshots/<int:seq>/", snapshots.snapshot, name="snapshot"),
    path(TENANT + "snapshots/<int:seq>/confirm", snapshots.confirm_shrink, name="confirm-shrink"),
    path(TENANT + "reports/", reports.reports, name="reports"),
    path(TENANT + "reports/new", reports.create_report, name="create-report"),
    path(TENANT + "reports/<uuid:report_id>/", reports.report, name="report"),
    path(
        TENANT + "reports/<uuid:report_id>/changes/<int:position>/", reports.change, name="change"
    ),
    path(TENANT + "reports/<uuid:report_id>/plan", reports.create_plan, name="create-plan"),
    path(TENANT + "plans/<uuid:plan_id>/", recoveries.plan, name="plan"),
    path(TENANT + "plans/<uuid:plan_id>/request", recoveries.request_recovery, name="put-forward"),
    path(TENANT + "requests/<uuid:request_id>/", recoveries.recovery_request, name="request"),
    path(TENANT + "requests/<uuid:request_id>/approve", recoveries.approve, name="approve"),
    path(TENANT + "requests/<uuid:request_id>/refuse", recoveries.refuse, name="refuse"),
    path(TENANT + "runs/<uuid:run_id>/", recoveries.run, name="run"),
    path(TENANT + "runs/<uuid:run_id>/cancel", recoveries.cancel_run, name="cancel-run"),
    path(TENANT + "jobs/<uuid:job_id>/", jobs.job, name="job"),
    path(TENANT + "jobs/<uuid:job_id>/cancel", jobs.cancel_job, name="cancel-job"),
]
