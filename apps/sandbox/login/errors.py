"""The sign-in service's errors: code, OAuth error name, HTTP status and text.

https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from apps.sandbox.login import error_texts


@dataclass(frozen=True, slots=True)
class Kind:
    """How one AADSTS code is answered."""

    error: str
    status: int
    text: str
    suberror: str = ""


class LoginError(Exception):
    """A refusal of the sign-in service, with its AADSTS code."""

    def __init__(self, code: int, **fields: str) -> None:
        self.code = code
        self.kind = KINDS[code]
        self.text = self.kind.text.format(**fields)
        super().__init__(f"AADSTS{code}: {self.text}")

    def body(self, *, now: dt.datetime, base_url: str, correlation_id: str = "") -> dict[str, Any]:
        """The token endpoint's JSON. Clients are to read `error` and `error_codes` only."""
        trace, stamp = str(uuid.uuid4()), now.strftime("%Y-%m-%d %H:%M:%SZ")
        correlation = correlation_id or str(uuid.uuid4())
        trailer = f" Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}"
        body: dict[str, Any] = {
            "error": self.kind.error,
            "error_description": f"AADSTS{self.code}: {self.text}{trailer}",
            "error_codes": [self.code],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"{base_url}/error?code={self.code}",
        }
        if self.kind.suberror:
            body["suberror"] = self.kind.suberror
        return body


KINDS: dict[int, Kind] = {code: Kind(*row) for code, row in error_texts.ROWS.items()}
