"""Running the service: audit trail, notifications, connections, leaving, jobs."""

from __future__ import annotations

from django.urls import path

from apps.portal.urls.parts import TENANT
from apps.portal.views import (
    audit,
    connecting,
    documents,
    jobs,
    leaving,
    native,
    notifications,
    pushing,
    shell,
)

urlpatterns = [
    path("audit/", audit.everything, name="audit"),
    path("msp/<uuid:msp_id>/push/", pushing.targets, name="push-targets"),
    path(
        "msp/<uuid:msp_id>/push/<uuid:target_id>/", pushing.change_target, name="change-push-target"
    ),
    path("msp/<uuid:msp_id>/notifications/", notifications.routes, name="notification-routes"),
    path(
        "msp/<uuid:msp_id>/notifications/<uuid:route_id>/",
        notifications.route,
        name="notification-route",
    ),
    path(
        "msp/<uuid:msp_id>/notifications/<uuid:route_id>/change",
        notifications.change_route,
        name="change-notification-route",
    ),
    path("audit/export", audit.export, name="export-audit"),
    path("audit/<int:number>/", audit.record, name="audit-record"),
    path("theme", shell.choose_theme, name="theme"),
    path("language", shell.choose_language, name="language"),
    path("tenants/add", connecting.add, name="add-tenant"),
    path("tenants/take-over", leaving.take_over, name="take-over"),
    path("certificates/", leaving.certificates, name="certificates"),
    path("certificates/<uuid:certificate_id>/", leaving.certificate, name="certificate"),
    path("connect/callback", connecting.callback, name="consent-callback"),
    path("connect/signed-in", native.signed_in, name="signed-in-at-microsoft"),
    path(TENANT + "audit/", audit.of_tenant, name="tenant-audit"),
    path(TENANT + "audit/export", audit.export_tenant, name="export-tenant-audit"),
    path(TENANT + "audit/<int:number>/", audit.tenant_record, name="tenant-audit-record"),
    path(TENANT + "connection/", connecting.connection, name="connection"),
    path(TENANT + "connection/consent", connecting.consent, name="consent"),
    path(TENANT + "connection/writers", connecting.add_writer, name="add-writer"),
    path(
        TENANT + "connection/writers/<uuid:registration_id>",
        connecting.finish_writer,
        name="finish-writer",
    ),
    path(TENANT + "connection/check", connecting.check, name="check-connection"),
    path(TENANT + "leaving/", leaving.leaving, name="leaving"),
    path(TENANT + "leaving/begin", leaving.begin, name="begin-leaving"),
    path(TENANT + "leaving/agree", leaving.agree, name="agree-leaving"),
    path(TENANT + "leaving/cancel", leaving.cancel, name="cancel-leaving"),
    path(TENANT + "leaving/export", leaving.export, name="export-tenant"),
    path(TENANT + "leaving/offer", leaving.offer, name="offer-handover"),
    path(TENANT + "leaving/withdraw", leaving.withdraw, name="withdraw-handover"),
    path(TENANT + "jobs/<uuid:job_id>/", jobs.job, name="job"),
    path(TENANT + "jobs/<uuid:job_id>/cancel", jobs.cancel_job, name="cancel-job"),
    path(TENANT + "jobs/<uuid:job_id>/document", documents.job_document, name="job-document"),
]
