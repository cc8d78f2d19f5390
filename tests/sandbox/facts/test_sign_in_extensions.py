"""Certificate authorities, calls elsewhere during sign-in, attributes of sign-up, fact by fact."""

from __future__ import annotations

from typing import Any

from tests.sandbox.facts.fact import BAD, DENIED, MISSING, Cast, Fact, by_name, check

AUTHORITIES = "/organization/{tenant}/certificateBasedAuthConfiguration"
ONLY = "29728ade-6ae4-4ee9-9103-412912537da5"
ROOT: dict[str, Any] = {"certificate": "QW5vdGhlciBhdXRob3JpdHk=", "isRootAuthority": True}
EXTENSIONS = "/identity/customAuthenticationExtensions"
TYPE = "#microsoft.graph.onTokenIssuanceStartCustomExtension"
NEW: dict[str, Any] = {
    "@odata.type": TYPE,
    "displayName": "Claims of the shop",
    "endpointConfiguration": {
        "@odata.type": "#microsoft.graph.httpRequestEndpoint",
        "targetUrl": "https://claims.example",
    },
    "authenticationConfiguration": {
        "@odata.type": "#microsoft.graph.azureAdTokenAuthentication",
        "resourceId": "api://claims.example/a13d0fc1-04ab-4ede-b215-63de0174cbb4",
    },
    "claimsForTokenConfiguration": [{"claimIdInApiResponse": "Level"}],
}
ATTRIBUTES = "/identity/userFlowAttributes"
HOBBY: dict[str, Any] = {"displayName": "Hobby", "description": "Yours", "dataType": "string"}


@by_name(
    Fact(
        "a tenant has one configuration, always of the same id",
        f"GET {AUTHORITIES}",
        200,
        shows={"value/length": 1, "value/0/id": ONLY},
    ),
    Fact(
        "who issued a certificate is worked out",
        f"GET {AUTHORITIES}/{ONLY}",
        200,
        shows={"certificateAuthorities/0/isRootAuthority": True},
    ),
    Fact(
        "a second one is refused",
        f"POST {AUTHORITIES}",
        409,
        "Request_MultipleObjectsWithSameKeyValue",
        body={"certificateAuthorities": [ROOT]},
    ),
    Fact("none can be changed", f"PATCH {AUTHORITIES}/{ONLY}", 405, BAD, body={}),
    Fact("it is deleted for good", f"DELETE {AUTHORITIES}/{ONLY}", 204),
    Fact(
        "to delete it takes the right to write the organization",
        f"DELETE {AUTHORITIES}/{ONLY}",
        403,
        DENIED,
        roles=("Organization.Read.All",),
    ),
)
def test_certificate_authorities(fact: Fact, cast: Cast) -> None:
    check(cast, fact)


@by_name(
    Fact("one is made", f"POST {EXTENSIONS}", 201, body=NEW, shows={"@odata.type": TYPE}),
    Fact(
        "a body says of which type it is",
        f"POST {EXTENSIONS}",
        400,
        "BadRequest",
        body={name: value for name, value in NEW.items() if name != "@odata.type"},
    ),
    Fact(
        "it says whose token it carries",
        f"POST {EXTENSIONS}",
        400,
        BAD,
        body={name: NEW[name] for name in ("@odata.type", "displayName")},
    ),
    Fact(
        "one is changed",
        f"PATCH {EXTENSIONS}/{{extension}}",
        204,
        body={"@odata.type": TYPE, "description": None},
    ),
    Fact(
        "a change says the type as well",
        f"PATCH {EXTENSIONS}/{{extension}}",
        400,
        "BadRequest",
        body={"description": "Another"},
    ),
    Fact("one is deleted for good", f"DELETE {EXTENSIONS}/{{extension}}", 204),
    Fact("none by that id", f"DELETE {EXTENSIONS}/{{nobody}}", 404, MISSING),
    Fact(
        "a listener tells for which applications, and not what it calls",
        "GET /identity/authenticationEventListeners",
        200,
        shows={"value/length": 1, "value/0/handler": None},
    ),
)
def test_custom_authentication_extensions(fact: Fact, cast: Cast) -> None:
    check(cast, fact)


@by_name(
    Fact(
        "one is made, a custom one",
        f"POST {ATTRIBUTES}",
        201,
        body=HOBBY,
        shows={"userFlowAttributeType": "custom"},
    ),
    Fact("some are built in", f"GET {ATTRIBUTES}/email", 200, shows={"dataType": "string"}),
    Fact(
        "those stay as they are", f"PATCH {ATTRIBUTES}/email", 400, BAD, body={"description": "x"}
    ),
    Fact("and stay", f"DELETE {ATTRIBUTES}/email", 400, BAD),
    Fact(
        "a custom one's description is changed",
        f"PATCH {ATTRIBUTES}/{{attribute}}",
        204,
        body={"description": "x"},
    ),
    Fact(
        "its type is not",
        f"PATCH {ATTRIBUTES}/{{attribute}}",
        400,
        "BadRequest",
        body={"dataType": "boolean"},
    ),
    Fact(
        "sort follows from who made it",
        f"POST {ATTRIBUTES}",
        400,
        "BadRequest",
        body={**HOBBY, "userFlowAttributeType": "builtIn"},
    ),
)
def test_attributes_of_sign_up(fact: Fact, cast: Cast) -> None:
    check(cast, fact)


def test_there_are_new_authorities_once_the_old_ones_are_gone(cast: Cast) -> None:
    path = f"/organization/{cast.ids['tenant']}/certificateBasedAuthConfiguration"
    assert cast.lab.do("DELETE", f"{path}/{ONLY}").status == 204

    without = cast.lab.do("POST", path, {"certificateAuthorities": [{"certificate": "QQ=="}]})
    assert without.status == 400
    worked_out = {**ROOT, "issuer": "CN=Somebody"}
    assert cast.lab.do("POST", path, {"certificateAuthorities": [worked_out]}).status == 400
    broken = {**ROOT, "certificate": "not base64"}
    assert cast.lab.do("POST", path, {"certificateAuthorities": [broken]}).status == 400

    made = cast.lab.do("POST", path, {"certificateAuthorities": [ROOT]})
    assert made.status == 201
    assert made.body["id"] == ONLY
    assert made.body["certificateAuthorities"][0]["issuerSki"]
