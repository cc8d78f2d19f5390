"""Properties that v1.0 and beta name differently. The state keeps the v1.0 name.

https://learn.microsoft.com/graph/api/resources/serviceprincipal?view=graph-rest-beta
https://learn.microsoft.com/graph/api/resources/authorizationpolicy?view=graph-rest-beta
"""

#: (type, beta name) -> v1.0 name, under which the value is stored.
STORED_AS: dict[tuple[str, str], str] = {
    ("servicePrincipal", "publishedPermissionScopes"): "oauth2PermissionScopes",
    ("appRoleAssignment", "creationTimestamp"): "createdDateTime",
    ("preAuthorizedApplication", "permissionIds"): "delegatedPermissionIds",
}


def stored_name(type_name: str, name: str) -> str:
    """The name in the state of a property as the client names it."""
    return STORED_AS.get((type_name, name), name)
