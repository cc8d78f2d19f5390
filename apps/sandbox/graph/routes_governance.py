"""Rows of the table of reads: entitlement management and access reviews."""

from collections.abc import Iterator

from apps.sandbox.schema import TYPES

from .context import Route, any_of, routes
from .reads import entitlements as reads
from .route_sets import policy

_NEEDED = any_of("EntitlementManagement.Read.All", "EntitlementManagement.ReadWrite.All")

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
    path = f"{TYPES[reads.CATALOG].path}/{{id}}/resources"
    yield Route("GET", path, reads.list_resources, _NEEDED)


GOVERNANCE = routes(_rows())
"""The rows of this file."""
