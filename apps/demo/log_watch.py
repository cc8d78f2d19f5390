"""What must never stand in a log line: secrets, tokens, and what identifies a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

# The sandbox is not the product: its secrets are published, and PostgreSQL logs for itself.
NOT_OURS = ("sandbox.log", "postgres.log")


@dataclass(frozen=True)
class Canary:
    """One thing that must not be logged. name: what it is, for people."""

    name: str
    pattern: re.Pattern[str]


CANARIES = (
    Canary("a private key", re.compile("PRIVATE KEY-----")),
    Canary("a token of Entra's", re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}")),
    Canary("an API token", re.compile(r"\bhf_[A-Za-z0-9_-]{16,}")),
    Canary("an Authorization header", re.compile(r"(?i)authorization['\": ]+(bearer|basic) \S")),
    Canary("an e-mail address or UPN", re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")),
    Canary("a secret in an address", re.compile(r"(?i)[?&](code|state|token|key|secret)=\w")),
)


def planted(*secrets: str) -> tuple[Canary, ...]:
    """CANARIES and these secrets as well."""
    return CANARIES + tuple(
        Canary("a secret that was planted", re.compile(re.escape(secret))) for secret in secrets
    )


def found_in(text: str, canaries: tuple[Canary, ...] = CANARIES) -> list[str]:
    """What of the canaries stands in a text, with the line it stands in."""
    return [
        f"{canary.name}: {line.strip()[:300]}"
        for line in text.splitlines()
        for canary in canaries
        if canary.pattern.search(line)
    ]


def found_in_logs(directory: Path, *secrets: str) -> list[str]:
    """What stands in the logs of the product's processes in this directory."""
    canaries = planted(*secrets)
    return [
        found
        for log in sorted(directory.glob("*.log"))
        if log.name not in NOT_OURS
        for found in found_in(log.read_text(errors="replace"), canaries)
    ]
