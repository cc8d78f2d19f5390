"""Sending a request again without doing it again: the Idempotency-Key header.

The header is that of draft-ietf-httpapi-idempotency-key-header, a name that the caller makes up for
one intention; quotes around it may be left out. What the operation does and what is kept of its
answer are one transaction, under a lock that goes with it: a process that is killed leaves neither,
so no key waits for anybody, and no answer is given that is not true.

What is kept opens only with the token and the key that were sent, neither of which is stored.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, Final, cast

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.tokens import TokenActor
from apps.api.models import KeptAnswer
from apps.api.secrets import rendered_without_secrets
from apps.core import canonical, clock, locks
from apps.core.errors import Conflict, Invalid
from apps.core.sealing import open_sealed, seal

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
KEPT_FOR: Final = timedelta(hours=24)
LONGEST_KEY: Final = 255
# Seconds until it makes sense to ask after a request that is still at work.
_SOON = 2

_WORDS = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")
# Refused before the operation began to look, or for a reason that passes: sent again, it is tried.
_NOT_KEPT = frozenset({400, 401, 403, 413, 415, 429})

Act = Callable[[], Response]
Refuse = Callable[[Exception], Response]


class KeyInUse(Conflict):
    """The first request with this key is still being answered."""

    default_code = "idempotency-key-in-use"
    retry_after = _SOON


class KeyReused(Invalid):
    """The key was sent before, with something else."""

    default_code = "idempotency-key-reused"
    http_status = 422


@dataclass(frozen=True)
class Sent:
    """One request with a key. secret: the token. route: method and name of the address."""

    secret: str
    token_id: Any
    key: str
    route: str
    content: bytes

    @cached_property
    def _keys(self) -> bytes:
        """Three keys: of what is kept, of the request's digest, of the key's digest."""
        derive = HKDF(hashes.SHA256(), 96, salt=self.key.encode(), info=b"holdfast:api-answer")
        return derive.derive(self.secret.encode())

    @property
    def sealing_key(self) -> bytes:
        return self._keys[:32]

    @cached_property
    def request_digest(self) -> bytes:
        return hmac.digest(self._keys[32:64], self.content, "sha256")

    @cached_property
    def key_digest(self) -> bytes:
        return hmac.digest(self._keys[64:], self.route.encode(), "sha256")

    @property
    def aad(self) -> bytes:
        return b"api-answer" + self.key_digest + self.request_digest


def sent_with(request: Request, secret: str) -> Sent | None:
    """The request, if it came with a key. Raises Invalid for a key that is none."""
    given = request.headers.get(HEADER)
    if given is None:
        return None
    match = request.resolver_match
    route = f"{request.method} {match.view_name if match else request.path}"
    content = [request.method, request.path, request.META.get("QUERY_STRING", ""), request.data]
    return Sent(
        secret=secret,
        token_id=cast(TokenActor, request.auth).token.pk,
        key=_key(given),
        route=route,
        content=canonical.dumps(content),
    )


def once(sent: Sent, act: Act, refuse: Refuse) -> Response:
    """What act() answers, or what it answered when the same was sent before.

    refuse: the answer for what act() raises; what it did is undone first. Raises KeyInUse,
    KeyReused.
    """
    with transaction.atomic():
        lock = locks.api_answer(sent.token_id, sent.key_digest)
        if not locks.try_in_transaction(lock):
            raise KeyInUse(
                "A request with this Idempotency-Key is still being answered.",
                safe="It is not done twice.",
                todo="Send it again in a moment to get its answer.",
            )
        kept = _kept(sent)
        if kept is not None:
            return _replay(sent, kept)
        response = _try(act, refuse)
        if _is_outcome(response):
            _keep(sent, response)
        return response


def forget_old() -> int:
    """Remove what is older than a day; how many answers."""
    return KeptAnswer.objects.filter(made_at__lte=clock.now() - KEPT_FOR).delete()[0]


def _key(given: str) -> str:
    key = given.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not _WORDS.fullmatch(key):
        raise Invalid(
            f"The Idempotency-Key has to be 1 to {LONGEST_KEY} visible ASCII characters.",
            code="bad-idempotency-key",
            todo="Send a random UUID, a new one for each thing you want done.",
        )
    return key


def _kept(sent: Sent) -> KeptAnswer | None:
    rows = KeptAnswer.objects.filter(token_id=sent.token_id, key_digest=sent.key_digest)
    kept = rows.first()
    if kept is None or kept.made_at > clock.now() - KEPT_FOR:
        return kept
    kept.delete()
    return None


def _replay(sent: Sent, kept: KeptAnswer) -> Response:
    if not hmac.compare_digest(bytes(kept.request_digest), sent.request_digest):
        raise KeyReused(
            "This Idempotency-Key was sent before, with another request.",
            safe="Nothing was done.",
            todo="Make a new key for each thing you want done.",
        )
    found = orjson.loads(open_sealed(sent.sealing_key, bytes(kept.sealed), sent.aad))
    headers = {**found["headers"], REPLAYED: "true"}
    response = Response(found["body"], status=kept.status, headers=headers)
    if found["type"]:
        response.content_type = found["type"]
    return response


def _try(act: Act, refuse: Refuse) -> Response:
    try:
        with transaction.atomic():
            return act()
    except Exception as error:
        return refuse(error)


def _is_outcome(response: Any) -> bool:
    """Whether it is an answer of the operation's own, and can be kept: a stream cannot."""
    status: int = response.status_code
    return isinstance(response, Response) and status < 500 and status not in _NOT_KEPT


def _keep(sent: Sent, response: Response) -> None:
    said = {
        "headers": dict(response.items()),
        "type": response.content_type,
        "body": orjson.Fragment(rendered_without_secrets(response.data)),
    }
    KeptAnswer.objects.create(
        token_id=sent.token_id,
        key_digest=sent.key_digest,
        request_digest=sent.request_digest,
        status=response.status_code,
        sealed=seal(sent.sealing_key, orjson.dumps(said), sent.aad),
    )
