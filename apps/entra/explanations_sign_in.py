"""The refusals of Entra's sign-in, by AADSTS number.

https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

from collections.abc import Iterable, Mapping

from apps.entra.explanations_model import Explanation

_CONSENT = "needs-consent"
_BUSY = "throttled"
_FINAL = "permanent"

_TABLE: Iterable[tuple[tuple[int, ...], str, str, str, str]] = (
    (
        (700016, 700011),
        "not-consented",
        _CONSENT,
        "The tenant does not know our application.",
        "Check the tenant's id, then send the consent link again; right after it, wait a minute.",
    ),
    (
        (65001,),
        "consent-revoked",
        _CONSENT,
        "Consent to our application is missing or was taken back.",
        "Send the consent link to the customer's administrator again.",
    ),
    (
        (65004,),
        "consent-declined",
        _CONSENT,
        "The administrator declined.",
        "Ask whether that was meant, then send the consent link again.",
    ),
    (
        (90094, 90095),
        "administrator-needed",
        _CONSENT,
        "Only an administrator of the tenant can consent to this application.",
        "Have a Global Administrator or Privileged Role Administrator open the consent link.",
    ),
    (
        (650051,),
        "not-ready-yet",
        "replication-lag",
        "The tenant is still setting our application up.",
        "Wait a minute; it is tried again.",
    ),
    (
        (650052, 650054, 650056, 650057, 500011),
        "registration-wrong",
        _FINAL,
        "The tenant lacks a service, or our registration does not ask for it.",
        "Check the permissions of the app registration, then have consent given again.",
    ),
    (
        (7000215,),
        "secret-wrong",
        _CONSENT,
        "Our application's secret is wrong.",
        "Put the current secret (the value, not its id) into the app registration's settings.",
    ),
    (
        (7000222,),
        "credential-expired",
        _CONSENT,
        "Our application's secret or certificate has expired.",
        "Make a new one and upload it to the app registration.",
    ),
    (
        (700027,),
        "certificate-unknown",
        _CONSENT,
        "Entra does not know the certificate that our application signs with.",
        "Upload the certificate to the app registration; after a change it can take some minutes.",
    ),
    (
        (70021,),
        "federation-unknown",
        _CONSENT,
        "No federated credential of the application matches the token that we presented.",
        "Compare issuer, subject and audience; a new credential needs some minutes.",
    ),
    (
        (700024, 50012, 50013, 500133),
        "assertion-refused",
        _FINAL,
        "Entra took our signed assertion for invalid or out of date.",
        "Check this server's clock, then the certificate.",
    ),
    (
        (90002, 900023),
        "tenant-unknown",
        _FINAL,
        "There is no such tenant in this cloud.",
        "Check the tenant's id or domain, and that the right cloud is chosen.",
    ),
    (
        (90038, 900382, 900432),
        "other-cloud",
        _FINAL,
        "The tenant lives in another national cloud.",
        "Choose the cloud it lives in; it needs an app registration of its own.",
    ),
    (
        (5000224,),
        "tenant-gone",
        _FINAL,
        "The tenant is not available; it may have been deleted.",
        "Ask the customer. The snapshots taken so far stay readable.",
    ),
    (
        (7000112, 70001),
        "application-disabled",
        _CONSENT,
        "Our application is switched off in the tenant.",
        "Have an administrator enable it under Enterprise applications.",
    ),
    (
        (53003, 530035, 530034, 53000, 53001, 53002, 53004),
        "blocked-by-policy",
        "denied",
        "A Conditional Access policy or security defaults block this sign-in.",
        "Have an administrator look at the policies for workload identities and partners.",
    ),
    (
        (50020, 50177),
        "person-not-in-tenant",
        "denied",
        "The person who signed in does not belong to this tenant.",
        "Sign in with an account of the tenant, or mend the partner's access groups.",
    ),
    (
        (700082, 70008, 70043),
        "sign-in-again",
        _CONSENT,
        "The stored sign-in is too old.",
        "Sign in again.",
    ),
    (
        (500212, 500213),
        "blocked-across-tenants",
        "denied",
        "Cross-tenant access settings block this.",
        "Have the customer allow it in their cross-tenant access settings.",
    ),
    (
        (9001023, 50194),
        "tenant-needed",
        _FINAL,
        "An application signs in to one tenant, not to all of them.",
        "Use the tenant's id.",
    ),
    (
        (90099,),
        "partner-not-authorised",
        "denied",
        "The application has no partner's authorisation in this tenant.",
        "Have the customer consent to it directly.",
    ),
    (
        (50076, 50079, 50074),
        "second-factor-needed",
        "denied",
        "This sign-in needs a second factor, which no service can give.",
        "Use the application's own sign-in instead of an account's.",
    ),
    (
        (90033, 90055, 90090, 90024),
        "sign-in-busy",
        _BUSY,
        "Entra's sign-in is busy.",
        "It is tried again by itself.",
    ),
)

SIGN_IN: Mapping[int, Explanation] = {
    number: Explanation(code, category, message, todo)
    for numbers, code, category, message, todo in _TABLE
    for number in numbers
}
