"""Secrets are made up the moment before they are sent, and kept sealed until they are read."""

from __future__ import annotations

import secrets
import string
from typing import Any

from apps.entra.writing import GENERATED
from apps.recovery.models import HandOver, Step
from apps.recovery.running.workplace import Workplace

# Entra wants three of four classes and 8 to 256 characters
# (https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy). Characters that
# look like others are left out: people type this from paper.
_CLASSES = (
    "".join(set(string.ascii_lowercase) - set("lo")),
    "".join(set(string.ascii_uppercase) - set("IO")),
    "23456789",
    "-+=!?",
)
_LENGTH = 20


def with_secrets(place: Workplace, step: Step, request: dict[str, Any]) -> dict[str, Any]:
    """The request with a fresh secret wherever its plan has one made up.

    A later try sends the same: nobody knows whether the one before was carried out.
    """
    paths = request.get("generates")
    if not paths:
        return request
    secret = _secret_of(place, step)
    body = request["body"]
    for path in paths:
        body = _put(body, path.split("."), secret)
    return {**request, "body": body}


def _secret_of(place: Workplace, step: Step) -> str:
    known = HandOver.objects.filter(run=place.run, step=step).first()
    if known is not None:
        return known.unseal()
    secret = new_password()
    hand_over = HandOver(tenant_id=place.run.tenant_id, run=place.run, step=step)
    hand_over.seal(secret)
    hand_over.save(force_insert=True)
    return secret


def new_password() -> str:
    """A password that Entra takes: 20 characters of all four classes, about 110 bits."""
    characters = [secrets.choice(one) for one in _CLASSES]
    characters += [secrets.choice("".join(_CLASSES)) for _ in range(_LENGTH - len(_CLASSES))]
    secrets.SystemRandom().shuffle(characters)
    return "".join(characters)


def _put(body: dict[str, Any], path: list[str], secret: str) -> dict[str, Any]:
    name, *rest = path
    if rest:
        return {**body, name: _put(body[name], rest, secret)}
    if body[name] != GENERATED:
        raise ValueError("the plan has a value where a secret is to be made up")
    return {**body, name: secret}
