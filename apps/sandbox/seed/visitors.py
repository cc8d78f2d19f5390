"""Users who are not on the payroll: guests with their sponsors, and break-glass accounts."""

from typing import Any

from apps.sandbox.seed.draft import Draft
from apps.sandbox.seed.ids import guid, name_identity, security_identifier, stream
from apps.sandbox.seed.organisations import name_pools
from apps.sandbox.seed.people import PASSWORD_PROFILE, mail_name

PARTNERS = (
    "harbour-audit.example",
    "kestrel-law.example",
    "tidewater-it.example",
    "brightdesk.example",
    "hillside-design.example",
)
BREAK_GLASS = ("break-glass-1", "break-glass-2")


def add_guests(draft: Draft, count: int) -> None:
    """Create `count` B2B guests, each sponsored by a member; every fifth has not accepted yet."""
    draw = stream("guests", draft.seed, draft.organisation.key)
    names = name_pools()["en"]
    for number in range(count):
        given, surname = draw.choice(names["given"]), draw.choice(names["surname"])
        partner = PARTNERS[number % len(PARTNERS)]
        alias = f"{mail_name(given)}.{mail_name(surname)}{number}"
        object_id = guid(draw.getrandbits(128))
        body = _guest(draft, object_id, f"{given} {surname}", alias, partner)
        body |= {"givenName": given, "surname": surname}
        if number % 5 == 1:
            body |= {"externalUserState": "PendingAcceptance"}
        draft.directory.add("user", body, object_id=object_id)
        draft.directory.link("user.sponsors", object_id, draw.choice(draft.members))
        draft.guests.append(object_id)


def _guest(draft: Draft, object_id: str, name: str, alias: str, partner: str) -> dict[str, Any]:
    """https://learn.microsoft.com/entra/external-id/user-properties"""
    initial, address = draft.organisation.initial_domain, f"{alias}@{partner}"
    nickname = f"{alias}_{partner}#EXT#"
    return {
        "accountEnabled": True,
        "companyName": partner.partition(".")[0].replace("-", " ").title(),
        "createdDateTime": "2025-11-03T10:12:00Z",
        "creationType": "Invitation",
        "displayName": name,
        "externalUserState": "Accepted",
        "externalUserStateChangeDateTime": "2025-11-04T08:30:00Z",
        "identities": [
            name_identity(f"{nickname}@{initial}"),
            {"signInType": "federated", "issuer": "ExternalAzureAD", "issuerAssignedId": None},
        ],
        "mail": address,
        "mailNickname": nickname,
        "otherMails": [address],
        "proxyAddresses": [f"SMTP:{address}"],
        "securityIdentifier": security_identifier(object_id),
        "userPrincipalName": f"{nickname}@{initial}",
        "userType": "Guest",
    }


def add_break_glass_accounts(draft: Draft) -> None:
    """Create the two emergency accounts, cloud-only and on the `onmicrosoft.com` domain.

    https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access
    """
    for number, key in enumerate(BREAK_GLASS, start=1):
        alias = f"emergency-access-{number}"
        object_id = draft.guid("user", key)
        body = {
            "accountEnabled": True,
            "createdDateTime": "2024-02-01T09:00:00Z",
            "displayName": f"Emergency Access {number}",
            "identities": [name_identity(f"{alias}@{draft.organisation.initial_domain}")],
            "mailNickname": alias,
            "passwordPolicies": "DisablePasswordExpiration",
            "passwordProfile": PASSWORD_PROFILE,
            "securityIdentifier": security_identifier(object_id),
            "userPrincipalName": f"{alias}@{draft.organisation.initial_domain}",
            "userType": "Member",
        }
        draft.directory.add("user", body, object_id=object_id)
        draft.cast[key] = object_id
