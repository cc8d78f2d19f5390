"""What Graph and its sign-in refuse, as a small tree that decides what happens next."""

from typing import ClassVar, Literal

from apps.core.errors import HoldfastError

Category = Literal[
    "permanent",
    "needs-consent",
    "throttled",
    "replication-lag",
    "conflict",
    "not-licensed",
    "not-offered",
    "denied",
]


class EntraError(HoldfastError):
    """Graph or its sign-in said no.

    status: the HTTP status, 0 when there was no answer. graph_code: Graph's code or AADSTSnnn.
    request_id: Graph's own, for Microsoft's support. None of the texts names a person or object.
    """

    category: ClassVar[Category] = "permanent"
    default_code = "graph-refused"
    http_status = 502

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        safe: str = "",
        todo: str = "",
        status: int = 0,
        graph_code: str = "",
        graph_message: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(message, code=code, safe=safe, todo=todo)
        self.status = status
        self.graph_code = graph_code
        self.graph_message = graph_message
        self.request_id = request_id


class Permanent(EntraError):
    """It will be refused however often it is sent."""


class NeedsConsent(EntraError):
    """The customer's administrator has to consent, or our credential has to be renewed."""

    category = "needs-consent"
    default_code = "needs-consent"


class Denied(EntraError):
    """The application lacks a permission or a directory role for this."""

    category = "denied"
    default_code = "denied"


class NotLicensed(EntraError):
    """The tenant has no licence for this part of Entra."""

    category = "not-licensed"
    default_code = "not-licensed"


class NotOffered(EntraError):
    """Graph has no such part in the tenant's cloud: national clouds lack some."""

    category = "not-offered"
    default_code = "not-offered"


class Throttled(EntraError):
    """Graph asked us to slow down or was not well, and did not recover in the time we give it."""

    category = "throttled"
    default_code = "throttled"
    retryable = True


class ReplicationLag(EntraError):
    """Graph does not see yet what was written a moment ago."""

    category = "replication-lag"
    default_code = "replication-lag"
    retryable = True


class Conflict(EntraError):
    """Something is in the way: another writer, or a value that is taken."""

    category = "conflict"
    default_code = "conflict"


class OutcomeUnknown(EntraError):
    """The connection broke after a request was sent that must not be sent twice blindly."""

    category = "conflict"
    default_code = "outcome-unknown"


class PageTokenExpired(EntraError):
    """The place in a list was lost; the list has to be read from its beginning."""

    category = "throttled"
    default_code = "page-token-expired"
    retryable = True


class ResyncRequired(EntraError):
    """The delta cursor is too old or was withdrawn; a full read has to take its place."""

    category = "throttled"
    default_code = "resync-required"
    retryable = True
