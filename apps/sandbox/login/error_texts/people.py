"""Refusals of a person: unknown, blocked, not agreeing."""

from __future__ import annotations

from .row import Row

ROWS: dict[int, Row] = {
    50020: (
        "invalid_grant",
        400,
        (
            "User account '{user}' from identity provider '{issuer}' does not exist in tenant "
            "'{tenant}' and cannot access the application '{client_id}'({name}) in that "
            "tenant. The account needs to be added as an external user in the tenant first. "
            "Sign out and sign in again with a different Microsoft Entra ID user account."
        ),
    ),
    50034: (
        "invalid_grant",
        400,
        (
            "The user account {user} does not exist in the {tenant} directory. To sign into "
            "this application, the account must be added to the directory."
        ),
    ),
    50057: (
        "invalid_grant",
        400,
        "The user account is disabled.",
    ),
    50058: (
        "login_required",
        400,
        "A silent sign-in request was sent but no user is signed in.",
    ),
    50105: (
        "invalid_grant",
        400,
        (
            "Your administrator has configured the application {name} ('{client_id}') to block "
            "users unless they are specifically granted ('assigned') access to the application. "
            "The signed in user '{user}' is blocked because they are not a direct member of a "
            "group with access, nor had access directly assigned by an administrator. Please "
            "contact your administrator to assign access to this application."
        ),
    ),
    50126: (
        "invalid_grant",
        400,
        "Error validating credentials due to invalid username or password.",
    ),
    50173: (
        "invalid_grant",
        400,
        (
            "The provided grant has expired due to it being revoked, a fresh auth token is needed. "
            "The user might have changed or reset their password. The grant was issued on "
            "'{issued}' and the TokensValidFrom date (before which tokens are not valid) for this "
            "user is '{valid_from}'."
        ),
        "bad_token",
    ),
    53003: (
        "invalid_grant",
        400,
        (
            "Access has been blocked by Conditional Access policies. The access policy does "
            "not allow token issuance."
        ),
        "message_only",
    ),
    65001: (
        "invalid_grant",
        400,
        (
            "The user or administrator has not consented to use the application with ID "
            "'{client_id}' named '{name}'. Send an interactive authorization request for this "
            "user and resource."
        ),
        "consent_required",
    ),
    65004: (
        "access_denied",
        400,
        (
            "The resource owner or authorization server denied the request. User declined to "
            "consent to access the app."
        ),
    ),
    90094: (
        "consent_required",
        400,
        (
            "An administrator of {tenant} has set a policy that prevents you from granting "
            "{name} the permissions it is requesting. Contact an administrator of {tenant}, "
            "who can grant permissions to this app on your behalf."
        ),
    ),
}
