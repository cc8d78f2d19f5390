"""Refusals of a request: an address, a parameter, a code or a token that does not do."""

from __future__ import annotations

from .row import Row

ROWS: dict[int, Row] = {
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
    54005: (
        "invalid_grant",
        400,
        (
            "OAuth2 Authorization code was already redeemed, please retry with a new valid "
            "code or use an existing refresh token."
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
    70007: (
        "unsupported_response_mode",
        400,
        ("'{response_mode}' is not a supported value of 'response_mode' when requesting a token."),
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
    70016: (
        "authorization_pending",
        400,
        "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
    ),
    70018: (
        "invalid_grant",
        400,
        "Invalid verification code due to user typing in wrong user code for device code flow.",
        "bad_verification_code",
    ),
    70019: (
        "invalid_grant",
        400,
        "Verification code expired. Have the user retry the sign-in.",
    ),
    70020: (
        "expired_token",
        400,
        (
            "The provided value for the input parameter 'device_code' is not valid. This device "
            "code has expired."
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
    501491: (
        "invalid_request",
        400,
        "Invalid size of Code_Challenge parameter.",
    ),
    700005: (
        "invalid_grant",
        400,
        "Provided Authorization Code is intended to use against other tenant, thus rejected.",
    ),
    700051: (
        "unsupported_response_type",
        400,
        "response_type 'token' is not enabled for the application.",
    ),
    700054: (
        "unsupported_response_type",
        400,
        "response_type 'id_token' is not enabled for the application.",
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
    9001023: (
        "invalid_request",
        400,
        (
            "The grant type is not supported over the /common or /consumers endpoints. Please "
            "use the /organizations or tenant-specific endpoint."
        ),
    ),
    9002325: (
        "invalid_request",
        400,
        ("Proof Key for Code Exchange is required for cross-origin authorization code redemption."),
    ),
    9002326: (
        "invalid_request",
        400,
        (
            "Cross-origin token redemption is permitted only for the 'Single-Page Application' "
            "client-type. Request origin: '{origin}'."
        ),
    ),
    9002327: (
        "invalid_request",
        400,
        (
            "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via "
            "cross-origin requests."
        ),
    ),
}
