"""Refusals of writes with the status, code and text that Microsoft Graph gives.

Texts are those documented at https://learn.microsoft.com/graph/errors or seen in public issue
threads and error tables of other clients. Where none is known, the general text of the service is
used and the docstring says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from apps.sandbox.graph.context import GraphError
from apps.sandbox.schema import EntityType

INVALID_VALUES = "One or more property values specified are invalid."
DENIED = "Insufficient privileges to complete the operation."
CONFLICTING_OBJECT = (
    "A conflicting object with one or more of the specified property values is present in the "
    "directory."
)
SYNCED_OBJECT = (
    "Unable to update the specified properties for on-premises mastered Directory Sync objects or "
    "objects currently undergoing migration."
)
VALIDATION = "ValidationException"
EXISTS = "ObjectAlreadyExistsException"
ENTITLEMENTS = "EntitlementValidationException"
"""What the directory calls the breach of a rule in its audit log."""
EXCHANGE_OWNED = "a mail-enabled security groups and or distribution list."
NOT_LICENSED = (
    "Your tenant is not licensed for this feature. Please upgrade your subscription to access it."
)


def bad_request(message: str) -> GraphError:
    """A refusal by the directory service: 400 Request_BadRequest."""
    return GraphError(400, "Request_BadRequest", message)


def refused(message: str, workflow: str = VALIDATION) -> GraphError:
    """The same for a rule of the directory's own, whose breach it audits as a failure."""
    return GraphError(400, "Request_BadRequest", message, workflow=workflow)


def policy_refusal(message: str) -> GraphError:
    """A refusal by one of the policy services: 400 BadRequest."""
    return GraphError(400, "BadRequest", message)


def numbered(number: int, message: str) -> GraphError:
    """A refusal by Conditional Access, whose messages begin with a number."""
    return policy_refusal(f"{number}: {message}")


def not_found(object_id: str) -> GraphError:
    """Unknown, deleted, of another type, or not yet visible: one and the same text."""
    return GraphError(
        404,
        "Request_ResourceNotFound",
        f"Resource '{object_id}' does not exist or one of its queried reference-property objects "
        "are not present.",
    )


def denied() -> GraphError:
    """The caller holds the permission, and the object asks for more."""
    return GraphError(403, "Authorization_RequestDenied", DENIED)


def not_licensed() -> GraphError:
    """Seen for Conditional Access in tenants without Entra ID P1."""
    return GraphError(403, "AccessDenied", NOT_LICENSED)


def unknown_property(name: str) -> GraphError:
    """A property that the directory type does not have.

    https://github.com/pnp/PnP-Sites-Core/issues/1807
    """
    return bad_request(f"Invalid property '{name}'.")


def undeclared_property(name: str, type_name: str) -> GraphError:
    """A property that a type outside the directory service does not have (text of OData)."""
    return policy_refusal(
        f"The property '{name}' does not exist on type 'microsoft.graph.{type_name}'. Make sure to "
        "only use property names that are defined by the type or mark the type as open type."
    )


def read_only(name: str) -> GraphError:
    """A property that the service alone sets, or that only creation may set.

    https://github.com/microsoftgraph/msgraph-beta-sdk-java/issues/621
    """
    return bad_request(f"Property '{name}' is read-only and cannot be set.")


def required(name: str, resource: str) -> GraphError:
    """A property that creation needs, absent or null."""
    return bad_request(f"A value is required for property '{name}' of resource '{resource}'.")


def invalid_value(name: str, resource: str) -> GraphError:
    """A value of the wrong type or outside its enumeration; the resource is "User" and so on.

    https://learn.microsoft.com/graph/api/certificatebasedauthconfiguration-post-certificatebasedauthconfiguration
    """
    return bad_request(f"Invalid value specified for property '{name}' of resource '{resource}'.")


def resource_name(entity: EntityType) -> str:
    """A type as the texts of the directory name it: "User", "ServicePrincipal"."""
    return entity.metadata_name[0].upper() + entity.metadata_name[1:]


def invalid_values() -> GraphError:
    """The general text for a value that the directory does not take."""
    return refused(INVALID_VALUES)


def not_unique(name: str) -> GraphError:
    """Another object holds the value of a property that must be unique."""
    error = refused(
        f"Another object with the same value for property {name} already exists.", EXISTS
    )
    error.details = [{"code": "ObjectConflict", "message": error.message, "target": name}]
    return error


def same_key(message: str, target: str) -> GraphError:
    """409 for two objects with the same key."""
    details = [{"code": "ObjectConflict", "message": message, "target": target}]
    return GraphError(
        409, "Request_MultipleObjectsWithSameKeyValue", message, details=details, workflow=EXISTS
    )


def already_referenced(relation: str) -> GraphError:
    """The reference to add is there already."""
    return refused(
        "One or more added object references already exist for the following modified properties: "
        f"'{relation}'.",
        EXISTS,
    )


def not_referenced(relation: str) -> GraphError:
    """The reference to remove is not there."""
    return GraphError(
        404,
        "Request_ResourceNotFound",
        "One or more removed object references do not exist for the following modified properties: "
        f"'{relation}'.",
    )


def invalid_applications(reasons: Mapping[str, str]) -> GraphError:
    """1034: application id -> reason, for example `ServicePrincipalNotFound`."""
    return numbered(
        1034,
        "Policy contains invalid applications: "
        + json.dumps(dict(reasons), separators=(",", ":"), ensure_ascii=False),
    )
