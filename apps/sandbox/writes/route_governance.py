"""Rows of the table of writes: entitlement management, access reviews, lifecycle workflows."""

from __future__ import annotations

from collections.abc import Iterator

from apps.sandbox.graph.context import Route, any_of, routes
from apps.sandbox.graph.reads.entitlements import CATALOG, ORGANIZATION, PACKAGE, POLICY, SETTINGS
from apps.sandbox.rules import entitlements as entitlement_rules
from apps.sandbox.schema import TYPES
from apps.sandbox.writes import entitlements, settings, workflows
from apps.sandbox.writes.settings import Setting

_NEEDED = any_of("EntitlementManagement.ReadWrite.All")
_REVIEWS = any_of("AccessReview.ReadWrite.All")
_WORKFLOWS = any_of("LifecycleWorkflows-Workflow.ReadWrite.All", "LifecycleWorkflows.ReadWrite.All")
_EXTENSIONS = any_of(
    "LifecycleWorkflows-CustomExt.ReadWrite.All", "LifecycleWorkflows.ReadWrite.All"
)
_LINKS = (
    (PACKAGE, "incompatibleAccessPackages", ("accessPackage",)),
    (PACKAGE, "incompatibleGroups", ("group",)),
    (ORGANIZATION, "internalSponsors", ("user", "group")),
    (ORGANIZATION, "externalSponsors", ("user", "group")),
)


def _rows() -> Iterator[Route]:
    for name in (CATALOG, PACKAGE, POLICY, ORGANIZATION):
        path = TYPES[name].path
        yield Route("POST", path, entitlements.creates(name), _NEEDED)
        if name == POLICY:
            yield Route("PUT", f"{path}/{{id}}", entitlements.replace_policy, _NEEDED)
        else:
            yield Route("PATCH", f"{path}/{{id}}", entitlements.updates(name), _NEEDED)
        yield Route("DELETE", f"{path}/{{id}}", entitlements.deletes(name), _NEEDED)
    for name, relation, families in _LINKS:
        path = f"{TYPES[name].path}/{{id}}/{relation}"
        added = entitlements.adds_link(name, relation, *families)
        yield Route("POST", f"{path}/$ref", added, _NEEDED)
        removed = entitlements.removes_link(name, relation)
        yield Route("DELETE", f"{path}/{{target}}/$ref", removed, _NEEDED)
    requests = TYPES["accessPackageResourceRequest"].path
    yield Route("POST", requests, entitlements.request_resource, _NEEDED)
    path = f"{TYPES[PACKAGE].path}/{{id}}/resourceRoleScopes"
    yield Route("POST", path, entitlements.add_role_scope, _NEEDED)
    yield Route("DELETE", f"{path}/{{scope}}", entitlements.remove_role_scope, _NEEDED)
    own = Setting(SETTINGS, "entitlement management settings", category="EntitlementManagement")
    yield Route("PATCH", TYPES[SETTINGS].path, settings.updates(own), _NEEDED)
    review = Setting(
        "accessReviewScheduleDefinition",
        "access review",
        category="AccessReviews",
        rule=entitlement_rules.review,
    )
    path = TYPES["accessReviewScheduleDefinition"].path
    yield Route("POST", path, settings.creates(review), _REVIEWS)
    yield Route("PUT", f"{path}/{{id}}", settings.replaces(review), _REVIEWS)
    yield Route("DELETE", f"{path}/{{id}}", settings.deletes(review), _REVIEWS)
    path = TYPES["workflow"].path
    yield Route("POST", path, workflows.create, _WORKFLOWS)
    yield Route("PATCH", f"{path}/{{id}}", workflows.update, _WORKFLOWS)
    yield Route("DELETE", f"{path}/{{id}}", workflows.delete, _WORKFLOWS)
    yield Route("POST", f"{path}/{{id}}/createNewVersion", workflows.create_version, _WORKFLOWS)
    path = TYPES["customTaskExtension"].path
    yield Route("POST", path, workflows.create_extension, _EXTENSIONS)
    yield Route("PATCH", f"{path}/{{id}}", workflows.update_extension, _EXTENSIONS)
    yield Route("DELETE", f"{path}/{{id}}", workflows.delete_extension, _EXTENSIONS)
    path = TYPES["lifecycleManagementSettings"].path
    needed = any_of("LifecycleWorkflows.ReadWrite.All")
    yield Route("PATCH", path, workflows.update_settings, needed)


GOVERNANCE = routes(_rows())
"""The rows of this file."""
