"""Turning a wanted state into requests, as the catalogue says."""

from apps.entra.writing.links import add_links, remove_link
from apps.entra.writing.objects import (
    changed_properties,
    delete_requests,
    path_of,
    refusals,
    undelete_request,
    update_requests,
)
from apps.entra.writing.refused import (
    NotWritable,
    link_locked,
    locked,
    not_deletable,
    not_writable,
)
from apps.entra.writing.request import WriteRequest

__all__ = [
    "NotWritable",
    "WriteRequest",
    "add_links",
    "changed_properties",
    "delete_requests",
    "link_locked",
    "locked",
    "not_deletable",
    "not_writable",
    "path_of",
    "refusals",
    "remove_link",
    "undelete_request",
    "update_requests",
]
