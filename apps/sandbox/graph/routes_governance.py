"""Rows of the table of reads: entitlement management, access reviews, lifecycle workflows."""

from collections.abc import Iterator

from apps.sandbox.schema import TYPES

from .context import Route, any_of, routes
from .reads import entitlements as reads
from .reads import workflows
from .route_sets import policy

_NEEDED = any_of("EntitlementManagement.Read.All", "EntitlementManagement.ReadWrite.All")

_WORKFLOWS = any_of(
    "LifecycleWorkflows-Workflow.Read.All",
    "LifecycleWorkflows-Workflow.ReadWrite.All",
    "LifecycleWorkflows.Read.All",
    "LifecycleWorkflows.ReadWrite.All",
)
_EXTENSIONS = any_of(
    "LifecycleWorkflows-CustomExt.Read.All",
    "LifecycleWorkflows-CustomExt.ReadWrite.All",
    "LifecycleWorkflows.Read.All",
    "LifecycleWorkflows.ReadWrite.All",
)
_OF_WORKFLOWS = any_of("LifecycleWorkflows.Read.All", "LifecycleWorkflows.ReadWrite.All")
_REVIEWS = any_of("AccessReview.Read.All", "AccessReview.ReadWrite.All")


def _rows() -> Iterator[Route]:
    for name in (reads.CATALOG, reads.PACKAGE, reads.POLICY, reads.ORGANIZATION):
        path = TYPES[name].path
        listed = reads.lists(name, expands=name != reads.PACKAGE)
        yield Route("GET", path, listed, _NEEDED)
        yield Route("GET", f"{path}/{{id}}", reads.gets(name), _NEEDED)
        for relation in TYPES[name].relations:
            handler = reads.lists_links(name, relation)
            yield Route("GET", f"{path}/{{id}}/{relation}", handler, _NEEDED)
    yield Route("GET", TYPES[reads.SETTINGS].path, reads.get_settings, _NEEDED)
    review = "accessReviewScheduleDefinition"
    yield from policy(TYPES[review].path, review, _REVIEWS)
    path = TYPES[workflows.TYPE].path
    yield Route("GET", path, workflows.list_workflows, _WORKFLOWS)
    yield Route("GET", f"{path}/{{id}}", workflows.get_workflow, _WORKFLOWS)
    path = TYPES[workflows.EXTENSION].path
    yield Route("GET", path, workflows.list_extensions, _EXTENSIONS)
    yield Route("GET", f"{path}/{{id}}", workflows.get_extension, _EXTENSIONS)
    path = TYPES[workflows.SETTINGS].path
    yield Route("GET", path, workflows.get_settings, _OF_WORKFLOWS)
    path = f"{TYPES[reads.CATALOG].path}/{{id}}/resources"
    yield Route("GET", path, reads.list_resources, _NEEDED)


GOVERNANCE = routes(_rows())
"""The rows of this file."""
