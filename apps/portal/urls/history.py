"""Tenants and their history: snapshots, differences, retention, what goes out and comes in."""

from __future__ import annotations

from django.urls import path

from apps.portal.urls.parts import TENANT
from apps.portal.views import (
    exploring,
    exporting,
    holding,
    importing,
    keep_templates,
    offsite,
    reports,
    retention,
    saved_filters,
    searching,
    snapshots,
    tenants,
    verifications,
)

KEEP = "msp/<uuid:msp_id>/retention/"
RETENTION = TENANT + "retention/"
EXPLORED = TENANT + "explore/{}/<str:kind>/<path:object_id>/"

urlpatterns = [
    path("", tenants.dashboard, name="dashboard"),
    path("filters/save", saved_filters.save_filter, name="save-filter"),
    path("filters/<uuid:filter_id>/remove", saved_filters.remove_filter, name="remove-filter"),
    path("search/", searching.search, name="search"),
    path(TENANT, tenants.tenant, name="tenant"),
    path(TENANT + "capture", tenants.capture, name="capture"),
    path(
        TENANT + "capture/before-change",
        retention.capture_before_change,
        name="capture-before-change",
    ),
    path(RETENTION, retention.retention, name="retention"),
    path(RETENTION + "schedule", retention.set_schedule, name="set-schedule"),
    path(RETENTION + "blackouts", retention.set_blackouts, name="set-blackouts"),
    path(RETENTION + "preview", retention.preview_retention, name="preview-retention"),
    path(RETENTION + "change", retention.change_retention, name="change-retention"),
    path(
        RETENTION + "changes/<uuid:change_id>/decide",
        holding.decide_retention,
        name="decide-retention",
    ),
    path(
        RETENTION + "changes/<uuid:change_id>/cancel",
        holding.cancel_retention,
        name="cancel-retention",
    ),
    path(RETENTION + "hold", holding.begin_hold, name="begin-hold"),
    path(RETENTION + "holds/<uuid:hold_id>/ask", holding.ask_hold_end, name="ask-hold-end"),
    path(RETENTION + "holds/<uuid:hold_id>/decide", holding.decide_hold, name="decide-hold"),
    path(RETENTION + "pins/<uuid:pin_id>/ask", holding.ask_pin_release, name="ask-pin-release"),
    path(RETENTION + "pins/<uuid:pin_id>/decide", holding.decide_pin, name="decide-pin"),
    path(TENANT + "snapshots/<int:seq>/pin", holding.pin_snapshot, name="pin-snapshot"),
    path(KEEP, keep_templates.keep_templates, name="keep-templates"),
    path(KEEP + "new", keep_templates.create_template, name="create-template"),
    path(KEEP + "<uuid:template_id>/", keep_templates.keep_template, name="keep-template"),
    path(
        KEEP + "<uuid:template_id>/change", keep_templates.change_template, name="change-template"
    ),
    path(
        KEEP + "<uuid:template_id>/rename", keep_templates.rename_template, name="rename-template"
    ),
    path(
        KEEP + "<uuid:template_id>/for-new",
        keep_templates.template_for_new,
        name="template-for-new",
    ),
    path(
        KEEP + "changes/<uuid:template_change_id>/decide",
        keep_templates.decide_template,
        name="decide-template",
    ),
    path(
        KEEP + "changes/<uuid:template_change_id>/cancel",
        keep_templates.cancel_template,
        name="cancel-template",
    ),
    path(TENANT + "coverage/", tenants.coverage, name="coverage"),
    path(TENANT + "explore/", exploring.explore, name="explore"),
    path(TENANT + "explore/used/", exploring.where_used, name="where-used"),
    path(EXPLORED.format("object"), exploring.object_page, name="object"),
    path(EXPLORED.format("json"), exploring.object_json, name="object-json"),
    path(EXPLORED.format("versions"), exploring.object_versions, name="object-versions"),
    path(EXPLORED.format("links"), exploring.object_links, name="object-links"),
    path(TENANT + "verifications/", verifications.verifications, name="verifications"),
    path(TENANT + "snapshots/", snapshots.snapshots, name="snapshots"),
    path(TENANT + "snapshots/<int:seq>/", snapshots.snapshot, name="snapshot"),
    path(TENANT + "snapshots/<int:seq>/confirm", snapshots.confirm_shrink, name="confirm-shrink"),
    path("exports/verify_export.py", exporting.verifier, name="export-verifier"),
    path("exports/signing-key.pem", exporting.signing_key, name="export-key"),
    path(TENANT + "exports/", exporting.exports, name="exports"),
    path(TENANT + "exports/new", exporting.create_export, name="create-export"),
    path(
        TENANT + "exports/<uuid:export_id>/download",
        exporting.download_export,
        name="download-export",
    ),
    path(TENANT + "imports/", importing.imports, name="imports"),
    path(TENANT + "imports/new", importing.create_import, name="create-import"),
    path(TENANT + "imports/beside", importing.import_beside, name="import-beside"),
    path(TENANT + "imports/<uuid:import_id>/", importing.snapshot_import, name="import"),
    path(TENANT + "imports/<uuid:import_id>/report", importing.import_report, name="import-report"),
    path(TENANT + "reports/", reports.reports, name="reports"),
    path(TENANT + "reports/new", reports.create_report, name="create-report"),
    path(TENANT + "reports/<uuid:report_id>/", reports.report, name="report"),
    path(TENANT + "reports/recover", reports.recover_objects, name="recover-objects"),
    path(TENANT + "reports/<uuid:report_id>/chosen", reports.choose_changes, name="choose-changes"),
    path(
        TENANT + "reports/<uuid:report_id>/changes/<int:position>/", reports.change, name="change"
    ),
    path(TENANT + "off-site/", offsite.offsite, name="offsite"),
    path(TENANT + "off-site/ship", offsite.ship, name="ship"),
    path(TENANT + "off-site/region", offsite.choose_region, name="choose-region"),
]
