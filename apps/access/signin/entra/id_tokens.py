"""Whether an id token is good, and who it speaks of.

Every check of https://learn.microsoft.com/entra/identity-platform/claims-validation and
https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation is made here, none by MSAL.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import jwt

from apps.access.signin.entra.signing_keys import signing_key
from apps.core import clock
from apps.core.errors import NotAllowed
from apps.entra.clouds import Cloud

# The tenant of personal Microsoft accounts, which belong to nobody's organisation.
CONSUMERS: Final = UUID("9188040d-6c67-4c5b-b112-36a304b66dad")
# How far Microsoft's clock and ours may differ, in seconds.
_LEEWAY = 120
_REQUIRED = ("aud", "exp", "iat", "iss", "nonce", "oid", "sub", "tid")
# We look at the time ourselves: by apps.core.clock.
_OPTIONS: Any = {
    "require": list(_REQUIRED),
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
}


class TokenRefused(NotAllowed):
    """An id token is not good. fault: which check it failed, for the audit trail."""

    default_code = "token-refused"

    def __init__(self, fault: str) -> None:
        super().__init__(
            "Microsoft's answer could not be trusted, so nobody was signed in.",
            safe="Nothing was changed.",
            todo="Start again from the sign-in page. If it happens again, tell whoever runs "
            f"Holdfast: {fault}.",
        )
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in. (cloud, tenant_id, object_id) is who he is; the name is only for display.

    auth_time: when he proved it, Unix seconds, None when Entra does not say. roles: template ids
    of his directory roles; groups: ids; None where the token has none of either kind.
    too_many_groups: he is in more than a token names (200), so it names none.
    """

    cloud: str
    tenant_id: UUID
    object_id: UUID
    name: str
    auth_time: int | None
    roles: frozenset[str] | None
    groups: frozenset[str] | None
    too_many_groups: bool = False


def identity_in(id_token: str, *, cloud: Cloud, client_id: str, nonce: str) -> Identity:
    """Who the token speaks of. Raises TokenRefused for one that is not good, Unavailable."""
    claims, key_allows = _signed_claims(id_token, cloud, client_id)
    tenant_id, object_id = _guid(claims, "tid"), _guid(claims, "oid")
    issuer = f"{cloud.login}/{claims['tid']}/v2.0"
    if tenant_id == CONSUMERS:
        raise TokenRefused("personal account")
    if claims["iss"] != issuer:
        raise TokenRefused("issuer")
    if not key_allows(issuer, str(claims["tid"])):
        raise TokenRefused("key of another issuer")
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise TokenRefused("nonce")
    _check_time(claims)
    return Identity(
        cloud=cloud.name,
        tenant_id=tenant_id,
        object_id=object_id,
        name=str(claims.get("name") or "")[:200],
        auth_time=_whole_number(claims.get("auth_time")),
        roles=_ids(claims.get("wids")),
        groups=_ids(claims.get("groups")),
        too_many_groups=_names_none_of_many(claims),
    )


def _signed_claims(id_token: str, cloud: Cloud, client_id: str) -> tuple[Mapping[str, Any], Any]:
    """The claims, once the signature is found good, and what the key may sign for."""
    try:
        header = jwt.get_unverified_header(id_token)
    except jwt.InvalidTokenError:
        raise TokenRefused("not a token") from None
    if header.get("alg") != "RS256":
        raise TokenRefused("algorithm")
    key = signing_key(cloud, str(header.get("kid", "")))
    if key is None:
        raise TokenRefused("unknown key")
    try:
        claims = jwt.decode(
            id_token, key.key, algorithms=["RS256"], audience=client_id, options=_OPTIONS
        )
    except jwt.InvalidAudienceError:
        raise TokenRefused("audience") from None
    except jwt.MissingRequiredClaimError as missing:
        raise TokenRefused(f"no {missing.claim}") from None
    except jwt.InvalidTokenError:
        raise TokenRefused("signature") from None
    if claims["aud"] != client_id:
        raise TokenRefused("audience")
    return claims, key.may_sign_for


def _guid(claims: Mapping[str, Any], name: str) -> UUID:
    text = str(claims[name])
    try:
        value = UUID(text)
    except ValueError:
        raise TokenRefused(f"{name} is no id") from None
    if str(value) != text.lower():
        raise TokenRefused(f"{name} is no id")
    return value


def _check_time(claims: Mapping[str, Any]) -> None:
    now = clock.now().timestamp()
    ends, begins = _whole_number(claims["exp"]), _whole_number(claims.get("nbf", claims["iat"]))
    if ends is None or begins is None:
        raise TokenRefused("time")
    if now > ends + _LEEWAY:
        raise TokenRefused("expired")
    if now < begins - _LEEWAY:
        raise TokenRefused("not valid yet")


def _whole_number(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return int(value)
    except ValueError:
        return None


def _names_none_of_many(claims: Mapping[str, Any]) -> bool:
    """Whether groups are left out for their number: the overage claim, or its short form.

    https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference#groups-overage-claim
    """
    elsewhere = claims.get("_claim_names")
    return (isinstance(elsewhere, Mapping) and "groups" in elsewhere) or bool(
        claims.get("hasgroups")
    )


def _ids(value: Any) -> frozenset[str] | None:
    if not isinstance(value, list):
        return None
    return frozenset(str(one).lower() for one in value)
