"""What a request costs in resource units, as documented, before Graph says it itself.

https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits
"""

from urllib.parse import parse_qs, urlsplit

_LISTS = {"applications": 2, "users": 2, "oauth2PermissionGrants": 2, "subscribedSkus": 3}
_CHILDREN = {
    "members": 3,
    "transitiveMembers": 5,
    "appRoleAssignments": 2,
    "memberOf": 2,
    "ownedObjects": 2,
    "extensionProperties": 2,
}


def is_write(method: str, path: str) -> bool:
    """Whether a request counts against the write quota."""
    return method != "GET" and not path.startswith(("/directoryObjects/getByIds", "/$batch"))


def units(method: str, path: str) -> float:
    """Resource units of one request; path relative to the version, query included."""
    parts = urlsplit(path)
    segments = [part for part in parts.path.split("/") if part]
    if method != "GET" or not segments:
        return 1.0
    cost = _LISTS.get(segments[0], 1) if len(segments) < 3 else _CHILDREN.get(segments[2], 1)
    query = parse_qs(parts.query)
    cost -= "$select" in query
    cost += "$expand" in query
    return float(max(1, cost))
