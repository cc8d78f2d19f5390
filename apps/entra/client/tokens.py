"""App-only tokens, by MSAL.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

import base64
import threading
import time
from typing import Any

import msal
import orjson
import requests

from apps.entra import refusals
from apps.entra.client import shared_tokens
from apps.entra.client.responses import Proof
from apps.entra.client.timing import TimeSource
from apps.entra.client.transport import SignInTransport
from apps.entra.clouds import Cloud
from apps.entra.credentials import Credential
from apps.entra.errors import Throttled

# A token is renewed this many seconds before it ends.
_MARGIN = 300
_TRIES = 4


class TokenSource:
    """Tokens of one application for one tenant; safe to use from several threads.

    A recent one that another client of this process got is taken over.
    """

    def __init__(
        self, cloud: Cloud, tenant_id: str, credential: Credential, time_source: TimeSource
    ) -> None:
        self._cloud = cloud
        self._tenant_id = tenant_id
        self._credential = credential
        self._time = time_source
        self._lock = threading.Lock()
        self._key = shared_tokens.key_of(cloud, tenant_id, credential)
        self._token = ""
        self._ends_at = 0.0
        self._taken_over = False

    def token(self) -> str:
        """A token that is good for some minutes. Raises an EntraError when sign-in refuses."""
        with self._lock:
            if not self._token and (held := shared_tokens.take_over(self._key)):
                self._token, self._ends_at = held.token, held.ends_at
                self._taken_over = True
            elif not self._token or time.monotonic() > self._ends_at:
                self._renew()
            return self._token

    def refresh(self, refused: str) -> str:
        """A new token in place of a refused one (unless another thread has one already)."""
        with self._lock:
            if self._token == refused:
                self._renew()
            return self._token

    def newer_roles(self, denied: str) -> str | None:
        """After a 403: a token with other permissions than the denied one; None if there is none.

        Asked for only where the denied token was taken over and may be older than a consent.
        """
        with self._lock:
            if self._token == denied and not self._taken_over:
                return None
            if self._token == denied:
                self._renew()
            return None if proof_of(self._token).roles == proof_of(denied).roles else self._token

    def prove(self) -> Proof:
        """A fresh token, and what it says of tenant, application and roles."""
        with self._lock:
            self._renew()
            return proof_of(self._token)

    def _renew(self) -> None:
        shared_tokens.forget(self._key)
        answer = self._ask()
        self._token = str(answer["access_token"])
        life = float(answer.get("expires_in", 3600))
        now = time.monotonic()
        self._ends_at = now + max(life - _MARGIN, life / 2)
        self._taken_over = False
        shared_tokens.keep(self._key, shared_tokens.HeldToken(self._token, now, self._ends_at))

    def _ask(self) -> dict[str, Any]:
        for attempt in range(_TRIES):
            try:
                answer = self._ask_once()
            except requests.RequestException as error:
                if attempt == _TRIES - 1:
                    raise refusals.unreachable(self._cloud.login) from error
            else:
                if "access_token" in answer:
                    return answer
                refusal = refusals.from_sign_in(answer)
                if not isinstance(refusal, Throttled) or attempt == _TRIES - 1:
                    raise refusal
            self._time.sleep(2.0**attempt)
        raise AssertionError("the last try returns or raises")

    def _ask_once(self) -> dict[str, Any]:
        # MSAL remembers refusals for some seconds; a fresh application has nothing to remember.
        transport = SignInTransport(self._cloud)
        try:
            application = msal.ConfidentialClientApplication(
                self._credential.client_id,
                authority=self._cloud.authority(self._tenant_id),
                client_credential=self._credential.for_msal(),
                instance_discovery=False,
                http_client=transport,
                http_cache={},
            )
            return dict(application.acquire_token_for_client(scopes=[self._cloud.scope]))
        except ValueError as error:
            # MSAL turns a failed discovery ("tenant not found") into a ValueError.
            raise _discovery_error(error) from error
        finally:
            transport.close()


def proof_of(token: str) -> Proof:
    """The claims of a token that came straight from the token endpoint."""
    claims = _claims(token)
    return Proof(
        tenant_id=str(claims.get("tid", "")),
        app_id=str(claims.get("appid") or claims.get("azp") or ""),
        roles=frozenset(claims.get("roles") or ()),
    )


def _claims(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) < 2:
        return {}
    padded = parts[1] + "=" * (-len(parts[1]) % 4)
    value = orjson.loads(base64.urlsafe_b64decode(padded))
    return value if isinstance(value, dict) else {}


def _discovery_error(error: ValueError) -> Exception:
    text = str(error)
    for number in ("90002", "900023", "90038", "900382", "900432"):
        if f"AADSTS{number}" in text:
            return refusals.from_sign_in({"error": "invalid_request", "error_codes": [number]})
    return refusals.from_sign_in({"error": "invalid_request", "error_codes": [90002]})
