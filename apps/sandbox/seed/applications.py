"""Applications of a tenant, each with its service principal, owners, credentials and API."""

from typing import Any

from apps.sandbox.seed import resources
from apps.sandbox.seed.draft import Draft
from apps.sandbox.seed.ids import stream

CREATED = "2024-05-14T08:15:00Z"
GITHUB_ISSUER = "https://token.actions.githubusercontent.com"
USERS_PER_APPLICATION = 1000
_INTEGRATED = "WindowsAzureActiveDirectoryIntegratedApp"


def add_applications(draft: Draft) -> None:
    """Create the named applications, and one line-of-business application per 1,000 users."""
    _add_customer_portal(draft)
    _add_pipeline(draft)
    _add_handheld(draft)
    _add_connectors(draft)
    _add_ordinary(draft)


def app_id_of(draft: Draft, key: str) -> str:
    """The appId of the application known by key."""
    return draft.guid("appId", key)


def add_application(
    draft: Draft, key: str, name: str, *owners: str, **properties: Any
) -> dict[str, Any]:
    """Create an application and its service principal; return the application's body."""
    app_id = app_id_of(draft, key)
    body = {
        "appId": app_id,
        "createdDateTime": CREATED,
        "displayName": name,
        "publisherDomain": draft.organisation.domain,
        "signInAudience": "AzureADMyOrg",
        **properties,
    }
    application = draft.add("application", body, key)
    draft.applications[key] = application
    principal = add_principal(draft, body)
    for owner in owners:
        draft.directory.link("application.owners", application, owner)
        draft.directory.link("servicePrincipal.owners", principal, owner)
    return body


def add_principal(draft: Draft, application: dict[str, Any]) -> str:
    """Create the service principal of an application registered in this tenant."""
    web = application.get("web", {})
    body = {
        "accountEnabled": True,
        "appDisplayName": application["displayName"],
        "appId": application["appId"],
        "appOwnerOrganizationId": draft.directory.tenant_id,
        "appRoleAssignmentRequired": bool(application.get("appRoles")),
        "appRoles": application.get("appRoles", []),
        "displayName": application["displayName"],
        "homepage": web.get("homePageUrl"),
        "oauth2PermissionScopes": application.get("api", {}).get("oauth2PermissionScopes", []),
        "info": application.get("info"),
        "logoutUrl": web.get("logoutUrl"),
        "replyUrls": [
            uri
            for platform in ("web", "spa", "publicClient")
            for uri in application.get(platform, {}).get("redirectUris", [])
        ],
        "servicePrincipalNames": [application["appId"], *application.get("identifierUris", [])],
        "servicePrincipalType": "Application",
        "signInAudience": application["signInAudience"],
        "tags": ["HideApp", _INTEGRATED] if not web else [_INTEGRATED],
    }
    filled = {name: value for name, value in body.items() if value is not None}
    principal = draft.add("servicePrincipal", filled, application["appId"])
    draft.principals[application["appId"]] = principal
    return principal


def certificate_credential(draft: Draft, key: str) -> dict[str, Any]:
    """A certificate of an application as Graph lists it: without the key itself."""
    draw = stream("certificate", draft.seed, draft.organisation.key, key)
    return {
        "customKeyIdentifier": draw.randbytes(20).hex().upper(),
        "displayName": f"CN={key}.{draft.organisation.domain}",
        "endDateTime": "2027-05-14T08:15:00Z",
        "keyId": draft.guid("keyId", key),
        "startDateTime": CREATED,
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
    }


def password_credential(draft: Draft, key: str, *, ends: str) -> dict[str, Any]:
    """A client secret; its text opens the sandbox's token endpoint and is never shown by Graph."""
    secret = f"sandbox~{draft.token('secret', key)}"
    return {
        "displayName": f"{key} secret",
        "endDateTime": ends,
        "hint": secret[:3],
        "keyId": draft.guid("passwordKeyId", key),
        "secretText": secret,
        "startDateTime": CREATED,
    }


def access(
    resource: str, *, roles: tuple[str, ...] = (), scopes: tuple[str, ...] = ()
) -> dict[str, Any]:
    """One entry of `requiredResourceAccess`, by ids of roles and scopes."""
    entries = [{"id": role, "type": "Role"} for role in roles]
    entries += [{"id": each, "type": "Scope"} for each in scopes]
    return {"resourceAppId": resource, "resourceAccess": entries}


def graph_access(*, roles: tuple[str, ...] = (), scopes: tuple[str, ...] = ()) -> dict[str, Any]:
    """What an application requires of Microsoft Graph, by permission values."""
    return access(
        resources.GRAPH,
        roles=tuple(resources.graph_roles()[value] for value in roles),
        scopes=tuple(resources.graph_scopes()[value] for value in scopes),
    )


def _add_customer_portal(draft: Draft) -> None:
    """A web application and the API behind it: roles, scopes, redirect URIs, pre-authorisation."""
    host, cast = f"portal.{draft.organisation.domain}", draft.cast
    read, write = draft.guid("scope", "read"), draft.guid("scope", "write")
    api_id, portal_id = app_id_of(draft, "portal-api"), app_id_of(draft, "portal")
    add_application(
        draft, "portal-api", "Customer Portal API", cast["identity-engineer"],
        identifierUris=[f"api://{api_id}"],
        api={
            "requestedAccessTokenVersion": 2,
            "oauth2PermissionScopes": [
                resources.scope("Orders.Read", read, "User"),
                resources.scope("Orders.ReadWrite", write),
            ],
            "preAuthorizedApplications": [
                {"appId": portal_id, "delegatedPermissionIds": [read, write]}
            ],
        },
        appRoles=[resources.app_role("Orders.Process.All", draft.guid("role", "process"))],
    )  # fmt: skip
    add_application(
        draft, "portal", "Customer Portal", cast["identity-engineer"], cast["sales-head"],
        web={
            "homePageUrl": f"https://{host}/",
            "logoutUrl": f"https://{host}/signout",
            "redirectUris": [f"https://{host}/signin-oidc", f"https://staging-{host}/signin-oidc"],
            "implicitGrantSettings": {
                "enableAccessTokenIssuance": False,
                "enableIdTokenIssuance": True,
            },
        },
        spa={"redirectUris": [f"https://{host}/app", "http://localhost:3000"]},
        info={"privacyStatementUrl": f"https://{host}/privacy"},
        notes="Used by customers to follow their orders.",
        optionalClaims={
            "idToken": [{"name": "email", "essential": False, "additionalProperties": []}],
            "accessToken": [],
            "saml2Token": [],
        },
        groupMembershipClaims="SecurityGroup",
        appRoles=[
            resources.app_role("Portal.Agent", draft.guid("role", "agent"), "User"),
            resources.app_role("Portal.Manager", draft.guid("role", "manager"), "User"),
        ],
        requiredResourceAccess=[
            graph_access(scopes=("openid", "profile", "email", "User.Read")),
            access(api_id, scopes=(read, write)),
        ],
        keyCredentials=[certificate_credential(draft, "portal")],
        passwordCredentials=[password_credential(draft, "portal", ends="2027-05-14T08:15:00Z")],
    )  # fmt: skip


def _add_pipeline(draft: Draft) -> None:
    """A deployment application without secrets: GitHub's tokens are trusted instead."""
    key, repository = "pipeline", f"{draft.organisation.key}/platform"
    add_application(
        draft, key, "GitHub Actions Deployment", draft.cast["it-head"],
        requiredResourceAccess=[graph_access(roles=("Application.Read.All",))],
    )  # fmt: skip
    for name, subject in (
        ("production", f"repo:{repository}:environment:production"),
        ("main-branch", f"repo:{repository}:ref:refs/heads/main"),
        ("pull-requests", f"repo:{repository}:pull_request"),
    ):
        body = {
            "audiences": ["api://AzureADTokenExchange"],
            "description": f"Deployment from {name}",
            "issuer": GITHUB_ISSUER,
            "name": name,
            "subject": subject,
        }
        credential = draft.add("federatedIdentityCredential", body, key, name)
        draft.directory.link(
            "application.federatedIdentityCredentials", draft.applications[key], credential
        )


def _add_handheld(draft: Draft) -> None:
    add_application(
        draft, "handheld", "Warehouse Handheld", draft.cast["operations-head"],
        isFallbackPublicClient=True,
        publicClient={"redirectUris": ["msauth.example.handheld://auth", "http://localhost"]},
        requiredResourceAccess=[graph_access(scopes=("User.Read", "offline_access"))],
        tags=["mobile"],
    )  # fmt: skip


def _add_connectors(draft: Draft) -> None:
    """Daemons: the HR feed that writes users, a migration tool, a report nobody uses."""
    cast = draft.cast
    add_application(
        draft, "hr-feed", "HR Provisioning Connector", cast["hr-head"],
        requiredResourceAccess=[graph_access(roles=("User.ReadWrite.All", "Directory.Read.All"))],
        keyCredentials=[certificate_credential(draft, "hr-feed")],
        passwordCredentials=[password_credential(draft, "hr-feed", ends="2027-01-31T00:00:00Z")],
        serviceManagementReference="CHG-20417",
    )  # fmt: skip
    add_application(
        draft, "migration", "SharePoint Migration Tool", cast["service-desk"],
        requiredResourceAccess=[
            access(resources.SHAREPOINT, roles=(resources.SITES_FULL_CONTROL,)),
            graph_access(roles=("Sites.Read.All",)),
        ],
        passwordCredentials=[password_credential(draft, "migration", ends="2025-12-31T00:00:00Z")],
        servicePrincipalLockConfiguration={
            "isEnabled": True,
            "allProperties": True,
            "credentialsWithUsageSign": True,
            "credentialsWithUsageVerify": True,
            "tokenEncryptionKeyId": True,
        },
    )  # fmt: skip
    add_application(draft, "legacy-report", "Legacy Reporting", description="Replaced in 2024")


def _add_ordinary(draft: Draft) -> None:
    for number in range(draft.users // USERS_PER_APPLICATION):
        owner = draft.members[number * 13 % len(draft.members)]
        host = f"app{number}.{draft.organisation.domain}"
        add_application(
            draft, f"business-{number}", f"Business Application {number}", owner,
            web={"redirectUris": [f"https://{host}/signin"], "homePageUrl": f"https://{host}/"},
            requiredResourceAccess=[graph_access(scopes=("User.Read",))],
        )  # fmt: skip
