"""What an answer of Graph means for a write: done, ask, try again, or refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from apps.entra.client import GraphResponse

FORBIDDEN = 403


class Verdict(Enum):
    DONE = "done"
    # Nobody knows, or it may have been so before: look at the tenant.
    ASK = "ask"
    RETRY = "retry"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`code` and `detail` hold no personal data: they are Graph's code and our own words."""

    verdict: Verdict
    status: int
    code: str = ""
    detail: str = ""

    @property
    def is_denied(self) -> bool:
        return self.verdict == Verdict.REFUSED and self.status == FORBIDDEN

    @property
    def is_lost(self) -> bool:
        """Whether nobody heard what Graph answered."""
        return self.status == 0


# "Already there", "already gone", "no such object": it may be ours from before, it may be somebody
# else's; reading settles it either way.
_LOOK_FIRST = {"link-there", "link-absent", "not-there"}


def outcome_of(answer: GraphResponse, *, shared: bool = False, again: bool = False) -> Outcome:
    """Judge one answer. Throttling has been waited out by the client before.

    shared: the request stood for several links and fails as a whole when one is in the way; what
    became of each is then to be looked at, and the rest goes one by one. again: an earlier try may
    be what stands in the way of this one.
    """
    error = answer.error()
    if error is None:
        return Outcome(Verdict.DONE, answer.status)
    code = error.graph_code or error.code
    if shared or answer.status == 0 or answer.uncertain or error.code in _LOOK_FIRST:
        return Outcome(Verdict.ASK, answer.status, code, error.explanation())
    if error.retryable or error.category in {"replication-lag", "throttled"}:
        return Outcome(Verdict.RETRY, answer.status, code, error.explanation())
    verdict = Verdict.ASK if again else Verdict.REFUSED
    return Outcome(verdict, answer.status, code, error.explanation())
