"""The portal's addresses. A tenant's pages carry its id; the doors turn it into access."""

from __future__ import annotations

from django.urls import path

from apps.portal.views import (
    account,
    audit,
    connecting,
    customers_people,
    groups,
    invitations,
    jobs,
    people,
    recoveries,
    reports,
    roles,
    shell,
    snapshots,
    support,
    tenants,
    tokens,
)

app_name = "portal"

TENANT = "tenants/<uuid:tenant_id>/"
TENANT_PEOPLE = TENANT + "people/"
STAFF = "msp/<uuid:msp_id>/people/"
GROUPS = "msp/<uuid:msp_id>/groups/"

urlpatterns = [
    path("", tenants.dashboard, name="dashboard"),
    path("account/", account.account, name="account"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/new", tokens.create_token, name="create-token"),
    path("account/tokens/<uuid:token_id>/revoke", tokens.revoke_token, name="revoke-token"),
    path("msp/<uuid:msp_id>/tokens/", tokens.msp_tokens, name="msp-tokens"),
    path(
        "msp/<uuid:msp_id>/tokens/<uuid:token_id>/revoke",
        tokens.revoke_msp_token,
        name="revoke-msp-token",
    ),
    path("people/", people.people_page, name="people"),
    path("roles/", roles.roles_page, name="roles"),
    path(STAFF + "invite", people.invite_staff, name="invite-staff"),
    path(STAFF + "<uuid:user_id>/", people.staff, name="staff"),
    path(STAFF + "<uuid:user_id>/roles", people.set_staff_roles, name="set-staff-roles"),
    path(STAFF + "<uuid:user_id>/remove", people.remove_staff, name="remove-staff"),
    path("groups/", groups.groups, name="groups"),
    path(GROUPS + "new", groups.create_group, name="create-group"),
    path(GROUPS + "<uuid:group_id>/", groups.group, name="group"),
    path(GROUPS + "<uuid:group_id>/change", groups.change_group, name="change-group"),
    path(GROUPS + "<uuid:group_id>/delete", groups.delete_group, name="delete-group"),
    path(GROUPS + "<uuid:group_id>/add", groups.add_member, name="add-group-member"),
    path(GROUPS + "<uuid:group_id>/remove", groups.remove_member, name="remove-group-member"),
    path("invitations/open/<str:token>", invitations.open_invitation, name="open-invitation"),
    path("invitations/accept/", invitations.invitation, name="invitation"),
    path("invitations/accept/new", invitations.accept, name="accept-invitation"),
    path("invitations/accept/join", invitations.join, name="join"),
    path("invitations/<uuid:invitation_id>/resend", invitations.resend, name="resend-invitation"),
    path("invitations/<uuid:invitation_id>/revoke", invitations.revoke, name="revoke-invitation"),
    path("support/", support.support, name="support"),
    path("support/start", support.start, name="start-support"),
    path("support/<uuid:session_id>/end", support.end, name="end-support"),
    path("msps/", support.msps, name="msps"),
    path("msps/new", support.onboard, name="onboard-msp"),
    path(TENANT_PEOPLE, customers_people.tenant_people, name="tenant-people"),
    path(
        TENANT_PEOPLE + "invite", customers_people.invite_administrator, name="invite-administrator"
    ),
    path(TENANT_PEOPLE + "approvals", customers_people.demand_approvals, name="demand-approvals"),
    path(TENANT_PEOPLE + "tags", customers_people.set_tags, name="set-tags"),
    path(TENANT_PEOPLE + "<uuid:user_id>/", customers_people.standing, name="standing"),
    path(
        TENANT_PEOPLE + "<uuid:user_id>/roles",
        customers_people.set_tenant_roles,
        name="set-tenant-roles",
    ),
    path(
        TENANT_PEOPLE + "<uuid:user_id>/remove",
        customers_people.remove_administrator,
        name="remove-administrator",
    ),
    path("audit/", audit.everything, name="audit"),
    path("audit/export", audit.export, name="export-audit"),
    path("audit/<int:number>/", audit.record, name="audit-record"),
    path("theme", shell.choose_theme, name="theme"),
    path("requests/", recoveries.requests, name="requests"),
    path("runs/", recoveries.runs, name="runs"),
    path("tenants/add", connecting.add, name="add-tenant"),
    path("connect/callback", connecting.callback, name="consent-callback"),
    path(TENANT, tenants.tenant, name="tenant"),
    path(TENANT + "audit/", audit.of_tenant, name="tenant-audit"),
    path(TENANT + "audit/export", audit.export_tenant, name="export-tenant-audit"),
    path(TENANT + "audit/<int:number>/", audit.tenant_record, name="tenant-audit-record"),
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
    path(TENANT + "requests/<uuid:request_id>/withdraw", recoveries.withdraw, name="withdraw"),
    path(TENANT + "runs/<uuid:run_id>/", recoveries.run, name="run"),
    path(TENANT + "runs/<uuid:run_id>/cancel", recoveries.cancel_run, name="cancel-run"),
    path(TENANT + "tokens/", tokens.tenant_tokens, name="tenant-tokens"),
    path(
        TENANT + "tokens/<uuid:token_id>/revoke",
        tokens.revoke_tenant_token,
        name="revoke-tenant-token",
    ),
    path(TENANT + "jobs/<uuid:job_id>/", jobs.job, name="job"),
    path(TENANT + "jobs/<uuid:job_id>/cancel", jobs.cancel_job, name="cancel-job"),
]
