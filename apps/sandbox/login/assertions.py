"""Client assertions: JWTs signed with a registered certificate, or by a trusted issuer.

https://learn.microsoft.com/entra/identity-platform/certificate-credentials
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt

from apps.sandbox.login.credentials import Certificate, certificates, is_current
from apps.sandbox.login.errors import LoginError
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record

ALGORITHMS = ("PS256", "RS256")
REAL_HOST = "login.microsoftonline.com"
CLOCK_SKEW = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Expected:
    """What an assertion must say: whose it is, for which tenant, at which host, and when."""

    client_id: str
    directory: Directory
    host: str
    now: dt.datetime
    credentials_expired: bool = False


def unverified(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims before any check.

    Raises:
        LoginError: 50027 for what is not a JWT.
    """
    try:
        header = jwt.get_unverified_header(assertion)
        claims = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.InvalidTokenError as problem:
        raise LoginError(50027) from problem
    return header, claims


def verify(assertion: str, expected: Expected, *holders: Record) -> str:
    """Check the assertion against the application's certificates; return its `jti`.

    Raises:
        LoginError: 700021, 700023, 700024, 700027 or 50012, as Entra refuses it.
    """
    header, claims = unverified(assertion)
    given = str(header.get("x5t#S256") or header.get("x5t") or header.get("kid") or "")
    # MSAL pads the base64url of the thumbprint, others do not; Entra takes both.
    thumbprint = given.rstrip("=")
    if claims.get("iss") != expected.client_id or claims.get("sub") != expected.client_id:
        raise LoginError(700021)
    certificate = _registered(thumbprint, expected, *holders)
    _verify_signature(assertion, header, certificate, thumbprint, expected)
    _check_audience(claims, expected)
    check_times(claims, expected.now)
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise LoginError(50012, reason="The client assertion has no 'jti' claim.")
    return jti


def _registered(thumbprint: str, expected: Expected, *holders: Record) -> Certificate:
    for certificate, credential in certificates(*holders):
        if thumbprint in certificate.names:
            if expected.credentials_expired or not is_current(credential, expected.now):
                raise _bad_key("The key used is expired.", thumbprint, expected)
            return certificate
    raise _bad_key("The key was not found.", thumbprint, expected)


def _verify_signature(
    assertion: str,
    header: dict[str, Any],
    certificate: Certificate,
    thumbprint: str,
    expected: Expected,
) -> None:
    if header.get("alg") not in ALGORITHMS:
        raise LoginError(50012, reason="The signing algorithm of the assertion is not supported.")
    try:
        jwt.PyJWS().decode(assertion, certificate.public_key, algorithms=list(ALGORITHMS))
    except jwt.InvalidTokenError as problem:
        reason = "The key was found, but use of the key to verify the signature failed."
        raise _bad_key(reason, thumbprint, expected) from problem


def _bad_key(reason: str, thumbprint: str, expected: Expected) -> LoginError:
    return LoginError(700027, reason=reason, thumbprint=thumbprint, client_id=expected.client_id)


def _check_audience(claims: dict[str, Any], expected: Expected) -> None:
    """The audience is the token endpoint (or issuer) of this tenant or of all, at the host asked.

    MSAL names the endpoint that it was configured with, "organizations" for people of any tenant.
    """
    audiences = claims.get("aud")
    given = audiences if isinstance(audiences, list) else [audiences]
    if not any(_is_token_endpoint(str(audience), expected) for audience in given):
        raise LoginError(700023)


def _is_token_endpoint(audience: str, expected: Expected) -> bool:
    parts = urlsplit(audience)
    if parts.netloc.lower() not in {expected.host.lower(), REAL_HOST}:
        return False
    tenant, _, rest = parts.path.strip("/").partition("/")
    names = {expected.directory.tenant_id, "organizations", "common"}
    names |= {str(domain.get("id")).lower() for domain in expected.directory.domains}
    return tenant.lower() in names and rest in {"oauth2/v2.0/token", "oauth2/token", "v2.0", ""}


def check_times(claims: dict[str, Any], now: dt.datetime) -> None:
    """`nbf` and `exp`, five minutes of skew allowed.

    The client signs by its own clock, which does not move with the sandbox's: an assertion is in
    time when it is so on either.

    Raises:
        LoginError: 700024 outside the range, or without an expiry.
    """
    begin, end = _time(claims.get("nbf")), _time(claims.get("exp"))
    clocks = (now, dt.datetime.now(dt.UTC))
    if end is None or not any(_is_between(at, begin, end) for at in clocks):
        stamps = {"now": now, "begin": begin, "end": end}
        raise LoginError(
            700024,
            **{name: f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else "-" for name, at in stamps.items()},
        )


def _is_between(at: dt.datetime, begin: dt.datetime | None, end: dt.datetime) -> bool:
    return at < end + CLOCK_SKEW and (begin is None or at >= begin - CLOCK_SKEW)


def _time(value: Any) -> dt.datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return dt.datetime.fromtimestamp(value, dt.UTC)
