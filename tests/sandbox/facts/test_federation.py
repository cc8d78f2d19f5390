"""Federated domains, identity providers, branding and the registration of devices, fact by fact."""

from __future__ import annotations

from typing import Any

from tests.sandbox.facts.fact import BAD, DENIED, MISSING, Cast, Fact, by_name, check

FEDERATION = "/domains/{federated}/federationConfiguration"
NEW: dict[str, Any] = {
    "displayName": "Somebody",
    "issuerUri": "http://somebody.example/adfs/services/trust",
    "passiveSignInUri": "https://sts.somebody.example/adfs/ls",
    "preferredAuthenticationProtocol": "wsFed",
    "signingCertificate": "MIIE3jCCAsagAwIBAgIQcertificate",
    "federatedIdpMfaBehavior": "acceptIfMfaDoneByFederatedIdp",
}
PROVIDERS = "/identity/identityProviders"
SOCIAL = "#microsoft.graph.socialIdentityProvider"
FACEBOOK: dict[str, Any] = {
    "@odata.type": SOCIAL,
    "displayName": "Facebook",
    "identityProviderType": "Facebook",
    "clientId": "5643",
    "clientSecret": "000000000000",
}
BRANDING = "/organization/{tenant}/branding"
REGISTRATION = "/policies/deviceRegistrationPolicy"
EVERYBODY = {"@odata.type": "#microsoft.graph.allDeviceRegistrationMembership"}
WHO: dict[str, Any] = {
    "@odata.type": "#microsoft.graph.enumeratedDeviceRegistrationMembership",
    "users": ["{user}"],
    "groups": [],
}
DEVICES: dict[str, Any] = {
    "userDeviceQuota": 2,
    "multiFactorAuthConfiguration": "notRequired",
    "azureADRegistration": {"isAdminConfigurable": False, "allowedToRegister": WHO},
    "azureADJoin": {
        "isAdminConfigurable": True,
        "allowedToJoin": EVERYBODY,
        "localAdmins": {"enableGlobalAdmins": False, "registeringUsers": EVERYBODY},
    },
    "localAdminPassword": {"isEnabled": True},
}


@by_name(
    Fact(
        "a federated domain has one federation",
        f"GET {FEDERATION}",
        200,
        shows={"value/length": 1, "value/0/preferredAuthenticationProtocol": "wsFed"},
    ),
    Fact(
        "a managed one has none",
        "GET /domains/{domain}/federationConfiguration",
        200,
        shows={"value/length": 0},
    ),
    Fact("nobody else's has any", "GET /domains/no.example/federationConfiguration", 404, MISSING),
    Fact(
        "a domain is federated",
        "POST /domains/{domain}/federationConfiguration",
        201,
        body=NEW,
        shows={"displayName": "Somebody"},
    ),
    Fact(
        "a domain is federated once",
        f"POST {FEDERATION}",
        409,
        "Request_MultipleObjectsWithSameKeyValue",
        body=NEW,
    ),
    Fact(
        "the initial domain stays managed",
        "POST /domains/{initial}/federationConfiguration",
        400,
        BAD,
        body=NEW,
    ),
    *(
        Fact(
            f"a federation has its {name}",
            "POST /domains/{domain}/federationConfiguration",
            400,
            BAD,
            body={key: value for key, value in NEW.items() if key != name},
        )
        for name in ("issuerUri", "passiveSignInUri", "signingCertificate")
    ),
    Fact(
        "what it trusts is changed",
        f"PATCH {FEDERATION}/{{federation}}",
        204,
        body={"federatedIdpMfaBehavior": "acceptIfMfaDoneByFederatedIdp"},
    ),
    Fact("it ends", f"DELETE {FEDERATION}/{{federation}}", 204),
    Fact(
        "it asks for a permission of its own",
        f"PATCH {FEDERATION}/{{federation}}",
        403,
        DENIED,
        body={"signOutUri": None},
        roles=("Domain.Read.All", "Directory.ReadWrite.All"),
    ),
)
def test_federations(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


def test_a_domain_says_how_its_people_sign_in(cast: Cast) -> None:
    path = f"/domains/{cast.ids['federated']}"
    one = f"{path}/federationConfiguration/{cast.ids['federation']}"
    assert cast.lab.do("DELETE", one).status == 204
    assert cast.lab.do("GET", path).body["authenticationType"] == "Managed"

    assert cast.lab.do("POST", f"{path}/federationConfiguration", NEW).status == 201
    assert cast.lab.do("GET", path).body["authenticationType"] == "Federated"


@by_name(
    Fact("all of them are listed", f"GET {PROVIDERS}", 200, shows={"value/length": 4}),
    Fact(
        "a secret is asterisks",
        f"GET {PROVIDERS}/Google-OAUTH",
        200,
        shows={"@odata.type": SOCIAL, "clientSecret": "****"},
    ),
    Fact(
        "one is added, and known by its type",
        f"POST {PROVIDERS}",
        201,
        body=FACEBOOK,
        shows={"id": "Facebook-OAUTH", "clientSecret": "****"},
    ),
    Fact(
        "there is one of each type",
        f"POST {PROVIDERS}",
        409,
        "Conflict",
        body={**FACEBOOK, "identityProviderType": "Google"},
    ),
    Fact(
        "none is added without its secret",
        f"POST {PROVIDERS}",
        400,
        BAD,
        body={key: value for key, value in FACEBOOK.items() if key != "clientSecret"},
    ),
    Fact(
        "a social one is changed",
        f"PATCH {PROVIDERS}/Google-OAUTH",
        204,
        body={"@odata.type": SOCIAL, "clientId": "another"},
    ),
    Fact(
        "a built-in one is not",
        f"PATCH {PROVIDERS}/MSASignup-OAUTH",
        400,
        BAD,
        body={"@odata.type": SOCIAL, "displayName": "Ours"},
    ),
    Fact("nor deleted", f"DELETE {PROVIDERS}/MSASignup-OAUTH", 400, BAD),
    Fact("a social one is deleted", f"DELETE {PROVIDERS}/Google-OAUTH", 204),
    Fact(
        "reading does not write",
        f"DELETE {PROVIDERS}/Google-OAUTH",
        403,
        DENIED,
        roles=("IdentityProvider.Read.All",),
    ),
)
def test_identity_providers(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


@by_name(
    Fact(
        "the default branding is among the languages",
        f"GET {BRANDING}/localizations",
        200,
        shows={"value/0/id": "0", "value/1/id": "fr-FR"},
    ),
    Fact(
        "a language is named by a header",
        f"GET {BRANDING}",
        200,
        headers={"accept-language": "fr-FR"},
        shows={"id": "fr-FR"},
    ),
    Fact("there is none of others", f"GET {BRANDING}/localizations/de-DE", 404, MISSING),
    Fact(
        "one is added",
        f"POST {BRANDING}/localizations",
        201,
        body={"id": "de-DE", "signInPageText": "Willkommen"},
        shows={"id": "de-DE"},
    ),
    Fact("the default is not posted", f"POST {BRANDING}/localizations", 400, BAD, body={"id": "0"}),
    Fact(
        "a text has its length",
        f"PATCH {BRANDING}/localizations/fr-FR",
        400,
        BAD,
        body={"usernameHintText": "x" * 65},
    ),
    Fact(
        "the default is changed",
        f"PATCH {BRANDING}/localizations/0",
        204,
        body={"signInPageText": "Welcome"},
    ),
    Fact("without a header there is no language", f"PATCH {BRANDING}", 400, BAD, body={}),
    Fact("pictures go first", f"DELETE {BRANDING}/localizations/0", 400, BAD),
    Fact("one without pictures is deleted", f"DELETE {BRANDING}/localizations/fr-FR", 204),
    Fact(
        "reading does not write",
        f"PATCH {BRANDING}/localizations/0",
        403,
        DENIED,
        body={"signInPageText": "Welcome"},
        roles=("OrganizationalBranding.Read.All",),
    ),
)
def test_branding(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


@by_name(
    Fact(
        "the whole policy is put",
        f"PUT {REGISTRATION}",
        200,
        body=DEVICES,
        shows={"userDeviceQuota": 2},
    ),
    Fact(
        "a part of it is not",
        f"PUT {REGISTRATION}",
        400,
        BAD,
        body={"userDeviceQuota": 2},
    ),
    Fact(
        "members exist",
        f"PUT {REGISTRATION}",
        400,
        "BadRequest",
        body={
            **DEVICES,
            "azureADRegistration": {"allowedToRegister": {**WHO, "users": ["{nobody}"]}},
        },
    ),
    Fact(
        "which domains a federation speaks for",
        "PATCH /policies/federatedTokenValidationPolicy",
        204,
        body={
            "validatingDomains": {
                "@odata.type": "#microsoft.graph.enumeratedDomains",
                "rootDomains": "enumerated",
                "domainNames": ["{domain}"],
            }
        },
    ),
    Fact(
        "guests may leave, or not",
        "PATCH beta/policies/externalIdentitiesPolicy",
        204,
        body={"allowExternalIdentitiesToLeave": False},
    ),
)
def test_policies_of_the_tenant(cast: Cast, fact: Fact) -> None:
    check(cast, fact)
