"""Refusals of an application: unknown, disabled, with a credential that does not do."""

from __future__ import annotations

from .row import Row

ROWS: dict[int, Row] = {
    50012: (
        "invalid_client",
        401,
        "Authentication failed. {reason}",
    ),
    50013: (
        "invalid_grant",
        400,
        "Assertion failed signature validation. {reason}",
    ),
    50027: (
        "invalid_request",
        400,
        "JWT token is invalid or malformed.",
    ),
    70021: (
        "invalid_client",
        401,
        (
            "No matching federated identity record found for presented assertion subject "
            "'{subject}'. Check your federated identity credential Subject, Audience and "
            "Issuer against the presented assertion. "
            "https://learn.microsoft.com/entra/workload-id/workload-identity-federation"
        ),
    ),
    700016: (
        "unauthorized_client",
        400,
        (
            "Application with identifier '{client_id}' was not found in the directory "
            "'{tenant}'. This can happen if the application has not been installed by the "
            "administrator of the tenant or consented to by any user in the tenant. You may "
            "have sent your authentication request to the wrong tenant."
        ),
    ),
    700021: (
        "invalid_client",
        401,
        "Client assertion application identifier doesn't match 'client_id' parameter.",
    ),
    700023: (
        "invalid_client",
        401,
        (
            "Client assertion audience claim does not match Realm issuer. Review the "
            "documentation at "
            "https://learn.microsoft.com/entra/identity-platform/certificate-credentials."
        ),
    ),
    700024: (
        "invalid_client",
        401,
        (
            "Client assertion is not within its valid time range. Current time: {now}, "
            "assertion valid from {begin}, expiry time of assertion {end}."
        ),
    ),
    700025: (
        "invalid_client",
        401,
        ("Client is public so neither 'client_assertion' nor 'client_secret' should be presented."),
    ),
    700027: (
        "invalid_client",
        401,
        (
            "The certificate with identifier used to sign the client assertion is not "
            "registered on application. [Reason - {reason}, Thumbprint of key used by client: "
            "'{thumbprint}', Please visit the Azure Portal, Graph Explorer or directly use MS "
            "Graph to see configured keys for app Id '{client_id}'.]"
        ),
    ),
    7000112: (
        "unauthorized_client",
        400,
        "Application '{client_id}'({name}) is disabled.",
    ),
    7000215: (
        "invalid_client",
        401,
        (
            "Invalid client secret provided. Ensure the secret being sent in the request is "
            "the client secret value, not the client secret ID, for a secret added to app "
            "'{client_id}'."
        ),
    ),
    7000218: (
        "invalid_client",
        401,
        (
            "The request body must contain the following parameter: 'client_assertion' or "
            "'client_secret'."
        ),
    ),
    7000222: (
        "invalid_client",
        401,
        (
            "The provided client secret keys for app '{client_id}' are expired. Visit the "
            "Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or "
            "consider using certificate credentials for added security: "
            "https://aka.ms/certCreds."
        ),
    ),
    7000229: (
        "unauthorized_client",
        401,
        (
            "The client application {client_id} is missing service principal in the tenant "
            "{tenant}. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119"
        ),
    ),
}
