"""AADSTS codes: (OAuth error, HTTP status of the token endpoint, text[, suberror])."""

from __future__ import annotations

ROWS: dict[int, tuple[str, int, str] | tuple[str, int, str, str]] = {
    50011: (
        "invalid_request",
        400,
        (
            "The redirect URI '{redirect_uri}' specified in the request does not match the "
            "redirect URIs configured for the application '{client_id}'. Make sure the "
            "redirect URI sent in the request matches one added to your application in the "
            "Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more "
            "about how to troubleshoot this error."
        ),
    ),
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
    50027: (
        "invalid_request",
        400,
        "JWT token is invalid or malformed.",
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
    50126: (
        "invalid_grant",
        400,
        "Error validating credentials due to invalid username or password.",
    ),
    50194: (
        "invalid_request",
        400,
        (
            "Application '{client_id}'({name}) is not configured as a multi-tenant "
            "application. Usage of the /common endpoint is not supported for such apps created "
            "after '10/15/2018'. Use a tenant-specific endpoint or configure the application "
            "to be multi-tenant."
        ),
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
    54005: (
        "invalid_grant",
        400,
        (
            "OAuth2 Authorization code was already redeemed, please retry with a new valid "
            "code or use an existing refresh token."
        ),
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
    70000: (
        "invalid_grant",
        400,
        "Provided grant is invalid or malformed. {reason}",
    ),
    70003: (
        "unsupported_grant_type",
        400,
        "The app requested an unsupported grant type '{grant_type}'.",
    ),
    70005: (
        "unsupported_response_type",
        400,
        "The app returned an unsupported response type: '{response_type}'.",
    ),
    70008: (
        "invalid_grant",
        400,
        (
            "The provided authorization code or refresh token has expired due to inactivity. "
            "Send a new interactive authorization request for this user and resource."
        ),
    ),
    70011: (
        "invalid_scope",
        400,
        (
            "The provided value for the input parameter 'scope' is not valid. The scope "
            "{scope} is not valid."
        ),
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
    90002: (
        "invalid_request",
        400,
        (
            "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID "
            "and are signing into the correct cloud. Check with your subscription "
            "administrator, this may happen if there are no active subscriptions for the "
            "tenant."
        ),
    ),
    90023: (
        "invalid_request",
        400,
        "{reason}",
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
    500011: (
        "invalid_resource",
        400,
        (
            "The resource principal named {resource} was not found in the tenant named "
            "{tenant}. This can happen if the application has not been installed by the "
            "administrator of the tenant or consented to by any user in the tenant. You might "
            "have sent your authentication request to the wrong tenant."
        ),
    ),
    500112: (
        "invalid_client",
        401,
        (
            "The reply address '{given}' does not match the reply address '{asked}' provided "
            "when requesting Authorization code."
        ),
    ),
    501481: (
        "invalid_grant",
        400,
        (
            "The Code_Verifier does not match the code_challenge supplied in the authorization "
            "request."
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
    700082: (
        "invalid_grant",
        400,
        (
            "The refresh token has expired due to inactivity. The token was issued on {issued} "
            "and was inactive for 90.00:00:00."
        ),
    ),
    900023: (
        "invalid_request",
        400,
        (
            "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid "
            "external domain."
        ),
    ),
    900144: (
        "invalid_request",
        400,
        "The request body must contain the following parameter: '{parameter}'.",
    ),
    900971: (
        "invalid_request",
        400,
        "No reply address provided.",
    ),
    1002012: (
        "invalid_scope",
        400,
        (
            "The provided value for scope {scope} is not valid. Client credential flows must "
            "have a scope value with /.default suffixed to the resource identifier "
            "(application ID URI)."
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
    9001023: (
        "invalid_request",
        400,
        (
            "The grant type is not supported over the /common or /consumers endpoints. Please "
            "use the /organizations or tenant-specific endpoint."
        ),
    ),
}
