"""Recoveries: plans, requests, approvals, runs, and the same over many tenants."""

from __future__ import annotations

from django.urls import path

from apps.portal.urls.parts import TENANT
from apps.portal.views import (
    approval_rules,
    break_glass_accounts,
    deciding,
    documents,
    drills,
    enabling,
    native,
    planning,
    playbooks,
    recoveries,
    steering,
    sweeps,
    transfers,
    undoing,
)

PLAYBOOKS = "msp/<uuid:msp_id>/playbooks/"
SWEEPS = "msp/<uuid:msp_id>/sweeps/"
APPROVALS = TENANT + "approvals/"
TRANSFERS = TENANT + "transfers/"
DRILLS = TENANT + "drills/"

urlpatterns = [
    path("requests/", recoveries.requests, name="requests"),
    path("runs/", recoveries.runs, name="runs"),
    path(SWEEPS, sweeps.sweeps, name="sweeps"),
    path(SWEEPS + "new", sweeps.start_sweep, name="start-sweep"),
    path(SWEEPS + "<uuid:sweep_id>/", sweeps.sweep, name="sweep"),
    path(SWEEPS + "<uuid:sweep_id>/ask", sweeps.put_sweep_forward, name="put-sweep-forward"),
    path(SWEEPS + "<uuid:sweep_id>/approve", sweeps.approve_sweep, name="approve-sweep"),
    path(TENANT + "snapshots/<int:seq>/elsewhere/", transfers.put_elsewhere, name="put-elsewhere"),
    path(TRANSFERS, transfers.transfers, name="transfers"),
    path(TRANSFERS + "new/", transfers.begin_transfer, name="begin-transfer"),
    path(TRANSFERS + "new", transfers.prepare_transfer, name="prepare-transfer"),
    path(TRANSFERS + "<uuid:transfer_id>/", transfers.transfer, name="transfer"),
    path(TRANSFERS + "<uuid:transfer_id>/bring", transfers.bring_transfer, name="bring-transfer"),
    path(TRANSFERS + "<uuid:transfer_id>/drill", transfers.keep_as_drill, name="keep-as-drill"),
    path(DRILLS, drills.drills, name="drills"),
    path(DRILLS + "new", drills.start_drill, name="start-drill"),
    path(DRILLS + "schedule", drills.set_drill_schedule, name="set-drill-schedule"),
    path(DRILLS + "<uuid:drill_id>/", drills.drill, name="drill"),
    path(DRILLS + "<uuid:drill_id>/cancel", drills.cancel_drill, name="cancel-drill"),
    path(DRILLS + "<uuid:drill_id>/evidence", drills.drill_evidence, name="drill-evidence"),
    path(PLAYBOOKS, playbooks.playbooks, name="playbooks"),
    path(PLAYBOOKS + "new", playbooks.create_playbook, name="create-playbook"),
    path(PLAYBOOKS + "<uuid:playbook_id>/", playbooks.playbook, name="playbook"),
    path(
        PLAYBOOKS + "<uuid:playbook_id>/change", playbooks.change_playbook, name="change-playbook"
    ),
    path(
        PLAYBOOKS + "<uuid:playbook_id>/remove", playbooks.remove_playbook, name="remove-playbook"
    ),
    path(TENANT + "reports/<uuid:report_id>/choose", planning.choose_plan, name="choose-plan"),
    path(TENANT + "reports/<uuid:report_id>/microsoft", native.choose_native, name="choose-native"),
    path(TENANT + "reports/<uuid:report_id>/plan", planning.create_plan, name="create-plan"),
    path(TENANT + "plans/<uuid:plan_id>/", recoveries.plan, name="plan"),
    path(TENANT + "plans/<uuid:plan_id>/settle/", planning.settle, name="settle"),
    path(TENANT + "plans/<uuid:plan_id>/settle", planning.settle_plan, name="settle-plan"),
    path(TENANT + "plans/<uuid:plan_id>/request", recoveries.request_recovery, name="put-forward"),
    path(TENANT + "requests/<uuid:request_id>/", recoveries.recovery_request, name="request"),
    path(TENANT + "requests/<uuid:request_id>/approve", deciding.approve, name="approve"),
    path(TENANT + "requests/<uuid:request_id>/glass", deciding.break_glass, name="break-glass"),
    path(TENANT + "requests/<uuid:request_id>/review", deciding.review_glass, name="review-glass"),
    path(TENANT + "requests/<uuid:request_id>/comment", deciding.comment, name="comment"),
    path(TENANT + "requests/<uuid:request_id>/refuse", deciding.refuse, name="refuse"),
    path(TENANT + "requests/<uuid:request_id>/withdraw", deciding.withdraw, name="withdraw"),
    path(TENANT + "runs/<uuid:run_id>/", recoveries.run, name="run"),
    path(TENANT + "runs/<uuid:run_id>/passwords/", recoveries.passwords, name="passwords"),
    path(
        TENANT + "runs/<uuid:run_id>/passwords/<uuid:hand_over_id>/",
        recoveries.show_password,
        name="show-password",
    ),
    path(TENANT + "runs/<uuid:run_id>/cancel", steering.cancel_run, name="cancel-run"),
    path(TENANT + "runs/<uuid:run_id>/pause", steering.pause_run, name="pause-run"),
    path(TENANT + "runs/<uuid:run_id>/resume", steering.resume_run, name="resume-run"),
    path(TENANT + "runs/<uuid:run_id>/retry", steering.retry_run, name="retry-run"),
    path(TENANT + "runs/<uuid:run_id>/steps/<int:order>/", steering.skipping, name="skipping"),
    path(
        TENANT + "runs/<uuid:run_id>/steps/<int:order>/skip", steering.skip_step, name="skip-step"
    ),
    path(TENANT + "runs/<uuid:run_id>/sign-in", native.sign_in_for_run, name="sign-in-for-run"),
    path(TENANT + "runs/<uuid:run_id>/undo", undoing.undo_run, name="undo-run"),
    path(
        TENANT + "runs/<uuid:run_id>/enable-policies",
        enabling.enable_policies,
        name="enable-policies",
    ),
    path(TENANT + "runs/<uuid:run_id>/undo/<uuid:report_id>/", undoing.undo, name="undo"),
    path(
        TENANT + "runs/<uuid:run_id>/undo/<uuid:report_id>/plan",
        undoing.plan_undo,
        name="plan-undo",
    ),
    path(
        TENANT + "reports/<uuid:report_id>/document",
        documents.report_document,
        name="report-document",
    ),
    path(TENANT + "plans/<uuid:plan_id>/document", documents.plan_document, name="plan-document"),
    path(TENANT + "runs/<uuid:run_id>/document", documents.run_document, name="run-document"),
    path(TENANT + "plans/<uuid:plan_id>/undo-now", undoing.undo_now, name="undo-now"),
    path(TENANT + "plans/<uuid:plan_id>/again", undoing.plan_again, name="plan-again"),
    path(APPROVALS, approval_rules.approval_rules, name="approval-rules"),
    path(APPROVALS + "set", approval_rules.set_approval_rules, name="set-approval-rules"),
    path(
        APPROVALS + "changes/<uuid:rules_change_id>/decide",
        approval_rules.decide_approval_rules,
        name="decide-approval-rules",
    ),
    path(
        APPROVALS + "changes/<uuid:rules_change_id>/cancel",
        approval_rules.cancel_approval_rules,
        name="cancel-approval-rules",
    ),
    path(
        TENANT + "break-glass-accounts/",
        break_glass_accounts.break_glass_accounts,
        name="break-glass-accounts",
    ),
    path(
        TENANT + "break-glass-accounts/name",
        break_glass_accounts.name_account,
        name="name-break-glass-account",
    ),
    path(
        TENANT + "break-glass-accounts/forget",
        break_glass_accounts.forget_account,
        name="forget-break-glass-account",
    ),
]
