"""What an answer of Graph means for a write: done, ask, try again, or refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from apps.entra.client import GraphResponse
from apps.entra.errors import EntraError

FORBIDDEN = 403


class Verdict(Enum):
    DONE = "done"
    # Nobody knows, or it may have been so before: look at the tenant.
    ASK = "ask"
    RETRY = "retry"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`code` and `detail` hold no personal data: they are Graph's code and our own words.

    is_unsure: whether it may have been carried out without anybody hearing of it. is_so: whether
    Graph refused it because things are as it wants them already.
    """

    verdict: Verdict
    status: int
    code: str = ""
    detail: str = ""
    is_unsure: bool = False
    is_so: bool = False

    @property
    def is_denied(self) -> bool:
        return self.verdict == Verdict.REFUSED and self.status == FORBIDDEN

    @property
    def is_lost(self) -> bool:
        """Whether nobody heard what Graph answered."""
        return self.status == 0


# "Already there", "already gone", "no such object": it may be ours from before, it may be somebody
# else's; reading settles it either way.
_SO_ALREADY = {"link-there", "link-absent", "secret-absent"}
_LOOK_FIRST = {*_SO_ALREADY, "not-there"}


def outcome_of(answer: GraphResponse, *, shared: bool = False, again: bool = False) -> Outcome:
    """Judge one answer. Throttling has been waited out by the client before.

    shared: the request stood for several links and fails as a whole when one is in the way; what
    became of each is then to be looked at, and the rest goes one by one. again: an earlier try may
    be what stands in the way of this one: a replica that is behind has shown it as not done.
    """
    error = answer.error()
    if error is None:
        return Outcome(Verdict.DONE, answer.status)
    return Outcome(
        _verdict(error, answer, shared=shared, again=again),
        answer.status,
        error.graph_code or error.code,
        error.explanation(),
        is_unsure=answer.status == 0 or answer.uncertain,
        is_so=error.code in _SO_ALREADY,
    )


def _verdict(error: EntraError, answer: GraphResponse, *, shared: bool, again: bool) -> Verdict:
    if shared or answer.status == 0 or answer.uncertain or error.code in _LOOK_FIRST:
        return Verdict.ASK
    if error.retryable or error.category in {"replication-lag", "throttled"}:
        return Verdict.RETRY
    # That a permission is missing has nothing to do with what was sent before.
    return Verdict.ASK if again and answer.status != FORBIDDEN else Verdict.REFUSED
