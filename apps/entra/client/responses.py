"""What comes back from Graph."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.entra import refusals
from apps.entra.catalogue.model import Version
from apps.entra.errors import EntraError


@dataclass(frozen=True, slots=True)
class GraphResponse:
    """An answer. status 0: none came and nobody knows whether the request was carried out.

    headers: names in lower case. uncertain: an earlier try of the same request may have been
    carried out (so a DELETE that now finds nothing may well be ours).
    """

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    uncertain: bool = False

    @property
    def ok(self) -> bool:
        """Whether Graph did what was asked."""
        return 200 <= self.status < 300

    def error(self) -> EntraError | None:
        """The refusal as an error to raise or show; None for a success."""
        return None if self.ok else refusals.from_response(self.status, self.body, self.headers)

    def unwrap(self) -> dict[str, Any]:
        """The body. Raises the EntraError of a refusal."""
        if (error := self.error()) is not None:
            raise error
        return self.body


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One request of a $batch. path: relative to the version, query included.

    repeatable: may be sent again when nobody knows whether it was carried out; None = by method.
    """

    id: str
    method: str
    path: str
    body: dict[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool | None = None

    @property
    def may_repeat(self) -> bool:
        """Whether sending it twice leaves the state that sending it once does."""
        return self.method != "POST" if self.repeatable is None else self.repeatable


@dataclass(frozen=True, slots=True)
class Question:
    """A GET that is going to be asked."""

    version: Version
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Statistics:
    """What a client has sent so far. throttled_in: by lane. waited_seconds: Graph's seconds spent
    on keeping pace."""

    requests: int = 0
    writes: int = 0
    resource_units: float = 0.0
    throttled: int = 0
    throttled_in: Counter[str] = field(default_factory=Counter)
    waited_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Proof:
    """What a fresh app-only token says of itself."""

    tenant_id: str
    app_id: str
    roles: frozenset[str]
