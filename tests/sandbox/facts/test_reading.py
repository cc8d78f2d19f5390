"""Paging, query options and batches, fact by fact.

https://learn.microsoft.com/graph/paging, https://learn.microsoft.com/graph/query-parameters,
https://learn.microsoft.com/graph/aad-advanced-queries, https://learn.microsoft.com/graph/json-batching
"""

from __future__ import annotations

from tests.sandbox.facts.fact import (
    BAD,
    DENIED,
    EVENTUAL,
    MISSING,
    UNSUPPORTED,
    Cast,
    Fact,
    by_name,
    check,
)

PAGE_SIZE = "Invalid page size specified: '{}'. Must be between 1 and 999 inclusive."
NO_SELECT = (
    "Parsing OData Select and Expand failed: Could not find a property named '{}' on type "
    "'microsoft.graph.user'."
)
CLAUSE = "Unsupported or invalid query filter clause specified for property '{}' of resource '{}'."


@by_name(
    Fact("a page holds up to 999", "GET /users?$top=999", 200, shows={"value/length": 30}),
    Fact("and not 1000", "GET /users?$top=1000", 400, UNSUPPORTED, PAGE_SIZE.format(1000)),
    Fact("nor 0", "GET /users?$top=0", 400, UNSUPPORTED, PAGE_SIZE.format(0)),
    Fact("deleted items too", "GET /directory/deletedItems/microsoft.graph.user?$top=999", 200),
    Fact(
        "sign-in activity makes pages smaller",
        "GET /users?$select=signInActivity&$top=999",
        400,
        UNSUPPORTED,
        "Invalid page size specified: '999'. Must be between 1 and 500 inclusive.",
    ),
    Fact("roles have no paging", "GET /directoryRoles?$top=5", 400, UNSUPPORTED),
    Fact("domains ignore $top", "GET /domains?$top=1", 200),
    Fact("licences ignore $filter", "GET /subscribedSkus?$filter=nonsense", 200),
    Fact("directory objects cannot be skipped", "GET /users?$skip=5", 400, UNSUPPORTED),
    Fact("policies can", "GET /identity/conditionalAccess/policies?$skip=5", 200),
    Fact(
        "policies are not expanded",
        "GET /identity/conditionalAccess/policies?$expand=conditions",
        400,
        UNSUPPORTED,
    ),
    Fact(
        "a stranger's page token is refused",
        "GET /users?$skiptoken=RFNwdAoAAQ",
        400,
        "Directory_InvalidPageToken",
    ),
)
def test_paging(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


@by_name(
    Fact(
        "the default properties are few",
        "GET /users/{user}",
        200,
        shows={"id": "{user}", "department": None, "accountEnabled": None},
    ),
    Fact(
        "without $select there are tips",
        "GET /groups?$top=1&$select=id",
        200,
        shows={"@microsoft.graph.tips": None},
    ),
    Fact(
        "an unknown property",
        "GET /users?$select=nope",
        400,
        "BadRequest",
        NO_SELECT.format("nope"),
    ),
    Fact(
        "the case of a property matters",
        "GET /users?$select=displayname",
        400,
        "BadRequest",
        NO_SELECT.format("displayname"),
    ),
    Fact("a relationship may be selected and shows nothing", "GET /users?$select=id,manager", 200),
    Fact(
        "a profile property of many users",
        "GET /users?$select=aboutMe",
        501,
        "NotImplemented",
    ),
    Fact("a profile property of one user", "GET /users/{user}?$select=aboutMe", 200),
    Fact("an unknown query option", "GET /users?$foo=1", 400, "BadRequest"),
    Fact("an option without its dollar sign", "GET /users?top=3", 200, shows={"value/length": 3}),
    Fact("a custom query parameter is let be", "GET /users?tracking=7&$top=1", 200),
    Fact(
        "material of certificates is not listed",
        "GET /applications?$select=keyCredentials",
        200,
    ),
    Fact(
        "secrets are shown once and never again",
        "GET /applications/{secretive}?$select=passwordCredentials",
        200,
        shows={"passwordCredentials/0/secretText": None},
    ),
    Fact("beta has other properties", "GET /beta/users?$select=onPremisesSipInfo", 200),
)
def test_select(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


@by_name(
    Fact("eq", "GET /users?$filter=userPrincipalName eq '{upn}'", 200, shows={"value/length": 1}),
    Fact("startsWith", "GET /users?$filter=startswith(displayName,'Gareth')", 200),
    Fact(
        "a property that cannot be filtered",
        "GET /users?$filter=aboutMe eq 'x'",
        400,
        UNSUPPORTED,
        CLAUSE.format("aboutMe", "User"),
    ),
    Fact("an unknown property", "GET /users?$filter=nope eq 'x'", 400, "BadRequest"),
    Fact(
        "a clause that cannot be read", "GET /users?$filter=displayName is 'x'", 400, "BadRequest"
    ),
    Fact("ne needs an advanced query", "GET /users?$filter=department ne 'x'", 400, UNSUPPORTED),
    Fact(
        "and $count=true as well",
        "GET /users?$filter=department ne 'x'",
        400,
        UNSUPPORTED,
        headers=EVENTUAL,
    ),
    Fact(
        "with both it runs",
        "GET /users?$filter=department ne 'x'&$count=true",
        200,
        headers=EVENTUAL,
    ),
    Fact("endsWith is advanced", "GET /users?$filter=endsWith(mail,'com')", 400, UNSUPPORTED),
    Fact("not is advanced", "GET /groups?$filter=not(displayName eq 'x')", 400, UNSUPPORTED),
    Fact(
        "sorting what is filtered is advanced",
        "GET /users?$filter=accountEnabled eq true&$orderby=displayName",
        400,
        UNSUPPORTED,
    ),
    Fact("$search is advanced", 'GET /users?$search="displayName:Gareth"', 400, UNSUPPORTED),
    Fact(
        "a literal of eq is at most 120 long",
        f"GET /users?$filter=displayName eq '{'x' * 121}'",
        400,
        UNSUPPORTED,
    ),
    Fact(
        "in takes fifteen",
        "GET /users?$filter=id in (" + ",".join(f"'{n}'" for n in range(16)) + ")",
        400,
        UNSUPPORTED,
    ),
    Fact(
        "$count without the header is ignored",
        "GET /users?$count=true",
        200,
        shows={"@odata.count": None},
    ),
    Fact(
        "with it there is a count",
        "GET /users?$count=true",
        200,
        headers=EVENTUAL,
        shows={"@odata.count": 30},
    ),
    Fact(
        "/$count needs the header",
        "GET /users/$count",
        400,
        BAD,
        "$count is not currently supported.",
    ),
    Fact("and then is a number", "GET /users/$count", 200, headers=EVENTUAL),
)
def test_filters_and_advanced_queries(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


@by_name(
    Fact("one relationship", "GET /users/{user}?$expand=manager", 200),
    Fact("not two", "GET /users?$expand=manager,directReports", 400, UNSUPPORTED),
    Fact("not an unknown one", "GET /users?$expand=boss", 400, "BadRequest"),
    Fact(
        "not with an advanced query",
        "GET /users?$expand=manager&$count=true&$filter=department ne 'x'",
        400,
        UNSUPPORTED,
        headers=EVENTUAL,
    ),
    Fact("no level below", "GET /users?$expand=manager($expand=manager)", 400, UNSUPPORTED),
)
def test_expand(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


@by_name(
    Fact("by principal name", "GET /users/{upn}", 200, shows={"id": "{user}"}),
    Fact(
        "by alternate key",
        "GET /applications(appId='{client}')",
        200,
        shows={"id": "{application}"},
    ),
    Fact(
        "unknown",
        "GET /users/{nobody}",
        404,
        MISSING,
        "Resource '{nobody}' does not exist or one of its queried reference-property objects are "
        "not present.",
    ),
    Fact("of another type", "GET /groups/{user}", 404, MISSING),
    Fact("deleted", "GET /users/{gone_user}", 404, MISSING),
    Fact("deleted items need a type", "GET /directory/deletedItems", 400, BAD),
    Fact("deleted, with a type", "GET /directory/deletedItems/microsoft.graph.user", 200),
    Fact(
        "a deleted one by id",
        "GET /directory/deletedItems/{gone_user}",
        200,
        shows={"id": "{gone_user}"},
    ),
    Fact(
        "an unknown path",
        "GET /userz",
        400,
        "BadRequest",
        "Resource not found for the segment 'userz'.",
    ),
    Fact(
        "authorizationPolicy is one in v1.0",
        "GET /policies/authorizationPolicy",
        200,
        shows={"value": None},
    ),
    Fact(
        "and a collection in beta",
        "GET /beta/policies/authorizationPolicy",
        200,
        shows={"value/length": 1},
    ),
    Fact(
        "without the permission",
        "GET /users",
        403,
        DENIED,
        "Insufficient privileges to complete the operation.",
        roles=("Policy.Read.All",),
    ),
)
def test_single_objects_and_paths(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


def get(number: int, **more: object) -> dict[str, object]:
    return {"id": str(number), "method": "GET", "url": "/users?$top=1", **more}


@by_name(
    Fact(
        "twenty",
        "POST /$batch",
        200,
        body={"requests": [get(number) for number in range(20)]},
        shows={"responses/length": 20},
    ),
    Fact(
        "not more",
        "POST /$batch",
        400,
        "MaximumValueExceeded",
        body={"requests": [get(n) for n in range(21)]},
    ),
    Fact("ids differ", "POST /$batch", 400, "BadRequest", body={"requests": [get(1), get(1)]}),
    Fact(
        "ids differ in more than case",
        "POST /$batch",
        400,
        "BadRequest",
        body={"requests": [get(1) | {"id": "a"}, get(1) | {"id": "A"}]},
    ),
    Fact(
        "a body has a type",
        "POST /$batch",
        400,
        "BadRequest",
        body={"requests": [get(1, method="POST", url="/groups", body={})]},
    ),
    Fact(
        "requests are relative",
        "POST /$batch",
        400,
        "BadRequest",
        body={"requests": [get(1, url="https://x/y")]},
    ),
    Fact(
        "a failed item leaves the batch 200",
        "POST /$batch",
        200,
        body={"requests": [get(1, url="/users/{nobody}")]},
        shows={"responses/0/status": 404},
    ),
    Fact(
        "what depends on a failure fails",
        "POST /$batch",
        200,
        body={"requests": [get(1, url="/users/{nobody}"), get(2, dependsOn=["1"])]},
        shows={"responses/1/status": 424},
    ),
    Fact("nothing in it", "POST /$batch", 400, "BadRequest", body={"requests": []}),
)
def test_batches(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


@by_name(
    Fact("the first round is whole", "GET /users/delta", 200),
    Fact("no $expand of users", "GET /users/delta?$expand=manager", 400, UNSUPPORTED),
    Fact("no $orderby", "GET /users/delta?$orderby=displayName", 400, UNSUPPORTED),
    Fact("no $filter but by id", "GET /users/delta?$filter=displayName eq 'x'", 400, UNSUPPORTED),
    Fact("by id", "GET /users/delta?$filter=id eq '{user}'", 200, shows={"value/length": 1}),
    Fact("$top is ignored", "GET /groups/delta?$top=1", 200),
    Fact("from now on", "GET /users/delta?$deltatoken=latest", 200, shows={"value/length": 0}),
    Fact(
        "a stranger's token", "GET /users/delta?$deltatoken=abc", 400, "Directory_InvalidDeltaToken"
    ),
    Fact("units", "GET /directory/administrativeUnits/delta", 200),
    Fact("grants", "GET /oauth2PermissionGrants/delta", 200),
    Fact(
        "assignments only with users",
        "GET /directoryObjects/delta?$filter=isof('microsoft.graph.appRoleAssignment')",
        400,
        "BadRequest",
    ),
    Fact(
        "several types at once",
        "GET /directoryObjects/delta?$filter=isof('microsoft.graph.user') or "
        "isof('microsoft.graph.group')",
        200,
    ),
)
def test_delta(cast: Cast, fact: Fact) -> None:
    check(cast, fact)
