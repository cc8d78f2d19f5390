"""Turning a wanted state into requests, as the catalogue says."""

from apps.entra.writing.addressing import addressed
from apps.entra.writing.creating import (
    GENERATED,
    Creation,
    at_creation,
    completing_requests,
    creation_of,
    gets_password,
    not_creatable,
)
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
from apps.entra.writing.request import Ask, WriteRequest
from apps.entra.writing.secrets import FOUND, SECRETS, lost_secrets, new_secret, takes_secrets

__all__ = [
    "FOUND",
    "GENERATED",
    "SECRETS",
    "Ask",
    "Creation",
    "NotWritable",
    "WriteRequest",
    "add_links",
    "addressed",
    "at_creation",
    "changed_properties",
    "completing_requests",
    "creation_of",
    "delete_requests",
    "gets_password",
    "link_locked",
    "locked",
    "lost_secrets",
    "new_secret",
    "not_creatable",
    "not_deletable",
    "not_writable",
    "path_of",
    "refusals",
    "remove_link",
    "takes_secrets",
    "undelete_request",
    "update_requests",
]
