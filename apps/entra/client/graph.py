"""The client: what the rest of Holdfast talks to Graph with."""

import copy
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote, urlencode

from apps.entra import refusals
from apps.entra.catalogue.model import Lane, Version
from apps.entra.client import batching, costs, paging
from apps.entra.client.limits import (
    Budgets,
    Limits,
    Reserved,
    Turns,
    lane_of,
    own_budgets,
    resource_units_for,
    shared_budgets,
)
from apps.entra.client.responses import BatchItem, GraphResponse, Proof, Question, Statistics
from apps.entra.client.retrying import MAX_TRIES, PERHAPS_DONE, back_off, number, patience
from apps.entra.client.timing import GraphTime, TimeSource
from apps.entra.client.tokens import TokenSource, proof_of
from apps.entra.client.transport import Broken, NotSent, Reply, Transport
from apps.entra.clouds import Cloud
from apps.entra.credentials import Credential

Params = Mapping[str, str | int]
# Seconds for which one answer serves several readers.
SHARED_FOR = 10.0
DENIED = 403
# Refusals of a GET that asking again does not change.
REFUSED = frozenset({400, DENIED, 404})


class GraphClient:
    """Graph for one application in one tenant. Not to be shared between threads.

    tenant_id: the tenant's id (a domain works for a first proof). priority: for
    `x-ms-throttle-priority`: "low" for captures, "normal" for recovery. limits: own budgets in
    place of those that all clients of the application in the tenant share in this process. users:
    how many the tenant has, which is what its allowance follows; None: the smallest. turns: for
    Conditional Access, whose one request a second all processes share; None: it is only kept here.
    """

    def __init__(
        self,
        cloud: Cloud,
        tenant_id: str,
        credential: Credential,
        *,
        priority: Literal["low", "normal"] = "low",
        limits: Limits | None = None,
        users: int | None = None,
        turns: Turns | None = None,
        time_source: TimeSource | None = None,
    ) -> None:
        self.cloud = cloud
        self.tenant_id = tenant_id
        self.stats = Statistics()
        self._priority = priority.capitalize()
        self._time = time_source or GraphTime()
        self._budgets: Budgets = (
            own_budgets(limits)
            if limits
            else shared_budgets(
                cloud.graph, tenant_id, credential.client_id, scale=self._time.scale
            )
        )
        if limits is None and turns is None:
            self._budgets.lane(Lane.CONDITIONAL_ACCESS).joined(self._time)
        if users is not None:
            self.allow_for(users)
        self._turns = turns
        self._tokens = TokenSource(cloud, tenant_id, credential, self._time)
        self._transport = Transport(cloud)
        self._shared: dict[tuple[str, str], tuple[dict[str, Any], float, set[str]]] = {}
        self._ahead: dict[tuple[str, str], tuple[GraphResponse, int]] = {}

    def twin(self) -> "GraphClient":
        """A client for another thread: the same budgets, turns and tokens on connections of its
        own. stats: shared."""
        other = copy.copy(self)
        other._transport = Transport(self.cloud)
        other._shared, other._ahead = {}, {}
        return other

    def get(
        self,
        path: str,
        params: Params | None = None,
        *,
        version: Version = "v1.0",
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """The body of one GET. Raises an EntraError when Graph refuses."""
        return self.request(
            "GET", with_query(path, params), version=version, headers=headers
        ).unwrap()

    def pages(
        self,
        path: str,
        params: Params | None = None,
        *,
        version: Version = "v1.0",
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """The pages of a list, one after the other, following `@odata.nextLink`.

        path may also be a whole next or delta link. The last page of a delta carries
        `@odata.deltaLink`. Raises PageTokenExpired (begin the list again), ResyncRequired (take a
        full read) or another EntraError.
        """
        return paging.pages(self, with_query(path, params), version=version, headers=headers or {})

    def shared(
        self,
        path: str,
        *,
        version: Version = "v1.0",
        headers: Mapping[str, str] | None = None,
        reader: str,
    ) -> dict[str, Any]:
        """The body of one GET that several readers take their part of.

        Each reader is given an answer once, and only while it is some seconds old: whoever reads
        again asks again.
        """
        now = self._time.now()
        body, got_at, readers = self._shared.get((version, path), ({}, -SHARED_FOR, {reader}))
        if reader in readers or now - got_at >= SHARED_FOR * self.scale:
            body, got_at, readers = self.get(path, version=version, headers=headers), now, set()
        self._shared[version, path] = (body, got_at, readers | {reader})
        return body

    def request(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        version: Version = "v1.0",
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
        lane: Lane | None = None,
    ) -> GraphResponse:
        """Send one request, in pace, again while that is safe; any final answer is returned.

        repeatable: whether sending it twice does no harm; None = every method but POST. Raises
        Throttled when Graph does not recover in time, OutcomeUnknown when the answer to a request
        that must not be repeated was lost, and what sign-in refuses.
        """
        if method == "GET" and (version, path) in self._ahead:
            return self._take(version, path)
        item = BatchItem("0", method, path, body, headers or {}, repeatable)
        return self._send(item, version=version, lane=lane or lane_of(self._relative(path)))

    def batch(
        self,
        items: Sequence[BatchItem],
        *,
        version: Version = "v1.0",
        lane: Lane | None = None,
    ) -> list[GraphResponse]:
        """Any number of requests, 20 to a $batch; answers in the order of the items.

        Refusals come back as answers. Throttled items are sent again after the longest
        Retry-After; an item whose fate is unknown and that must not be repeated has status 0.
        Conditional Access takes one request a second, so its items are sent one by one.
        """
        held = {
            at: self._take(version, item.path)
            for at, item in enumerate(items)
            if item.method == "GET" and (version, item.path) in self._ahead
        }
        open_items = [item for at, item in enumerate(items) if at not in held]
        answers = iter(batching.run(self, open_items, version=version, lane=lane))
        return [held[at] if at in held else next(answers) for at in range(len(items))]

    def ask_ahead(self, questions: Sequence[Question], *, refusals_too: bool = True) -> None:
        """Ask several GETs together, 20 to a $batch; each answer waits for the GET of its path.

        Answers wait for one GET each, or for as many as were named with one path; plain refusals
        for any, as of a licence that the tenant has not. Whatever else happens, and where
        permissions were consented to since, the GET asks by itself. refusals_too: False where a
        refusal may be about the moment, as of a place in a list that was lost.
        Conditional Access and the audit log, which have paces of their own, are left out.
        """
        token = self._tokens.token() if questions else ""
        versions: tuple[Version, ...] = ("v1.0", "beta")
        for version in versions:
            asked = {
                one.path: BatchItem("", "GET", self._relative(one.path), headers=one.headers)
                for one in questions
                if one.version == version
                and (version, one.path) not in self._ahead
                and lane_of(self._relative(one.path)) not in batching.ONE_BY_ONE
            }
            items = [*asked.values()]
            answers = batching.run(self, items, version=version, lane=None)
            denied = any(answer.status == DENIED for answer in answers)
            is_outdated = denied and self._tokens.newer_roles(token) is not None
            final = REFUSED - {DENIED} if is_outdated else REFUSED
            if not refusals_too:
                final = frozenset()
            wanted = Counter(one.path for one in questions if one.version == version)
            for path, answer in zip(asked, answers, strict=True):
                if answer.ok or answer.status in final:
                    self._ahead[version, path] = answer, wanted[path]

    def held(self, version: Version, path: str) -> dict[str, Any] | None:
        """The body of an answer that waits for its GET; it goes on waiting."""
        answer, _ = self._ahead.get((version, path), (None, 0))
        return answer.body if answer is not None and answer.ok else None

    def _take(self, version: str, path: str) -> GraphResponse:
        held, times = self._ahead[version, path]
        if held.ok and times == 1:
            del self._ahead[version, path]
        elif held.ok:
            self._ahead[version, path] = held, times - 1
        return held

    def prove(self) -> Proof:
        """Get a fresh app-only token and say what it claims. Raises what sign-in refuses."""
        return self._tokens.prove()

    def roles(self) -> frozenset[str]:
        """The application permissions that the current token carries."""
        return proof_of(self._tokens.token()).roles

    def allow_for(self, users: int) -> None:
        """Read at the pace that Graph allows in a tenant with so many users."""
        self._budgets.allow(resource_units_for(users))

    def close(self) -> None:
        """Let go of the connections."""
        self._transport.close()

    # What paging and batching build on.

    @property
    def scale(self) -> float:
        """How many of Graph's seconds pass in one of ours."""
        return self._time.scale

    def wait_out(self, lane: Lane, seconds: float) -> None:
        """Send nothing in this lane for so many seconds."""
        self._budgets.lane(lane).pause.extend(self._time.now() + seconds)

    def reserve(self, lane: Lane, *, units: float, writes: float) -> Reserved:
        """Wait until a request of this cost may be sent."""
        reserved = self._budgets.lane(lane).reserve(self._time, units=units, writes=writes)
        self.stats.waited_seconds += reserved.waited
        return reserved

    def landed(self, lane: Lane, reserved: Reserved, *, writes: int) -> None:
        """What was reserved was answered, or will not be any more."""
        self._budgets.lane(lane).landed(self._time, reserved, writes=writes)

    def wait_for(self, lane: Lane, writes: float) -> float:
        """Real seconds until so many writes would fit; 0 when they may be sent now."""
        wait = self._budgets.lane(lane).wait_for(self._time, units=writes, writes=writes)
        return wait / self.scale

    def account(
        self, lane: Lane, status: int, headers: Mapping[str, str], *, reserved: float, writes: int
    ) -> None:
        """Take note of what an answer says about our budgets."""
        spent = number(headers.get("x-ms-resource-unit"), reserved)
        self.stats.resource_units += spent
        self.stats.writes += writes
        budget = self._budgets.lane(lane)
        if spent > reserved:
            budget.spend_more(self._time, units=spent - reserved)
        budget.answered(self._time, status)
        budget.slow_down(self._time, number(headers.get("x-ms-throttle-limit-percentage"), 0.0))
        if status == 429:
            self.stats.throttled += 1
            self.stats.throttled_in[lane] += 1

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: dict[str, Any] | None
    ) -> Reply:
        """One HTTP exchange with our token on it, once more with a newer one where that may help:
        after a 401, and after a 403 when permissions have been consented to since."""
        token = self._tokens.token()
        reply = self._exchange(method, url, headers, body, token)
        if reply.status == 401:
            return self._exchange(method, url, headers, body, self._tokens.refresh(token))
        newer = self._tokens.newer_roles(token) if reply.status == 403 else None
        return self._exchange(method, url, headers, body, newer) if newer else reply

    def url(self, path: str, version: Version) -> str:
        """The address of a path; whole links are taken as they are, if they lead to our Graph."""
        if path.startswith(("https://", "http://")):
            if not path.startswith(f"{self.cloud.graph}/"):
                raise refusals.foreign_link()
            return path
        return f"{self.cloud.graph}/{version}{self.placed(path)}"

    def placed(self, path: str) -> str:
        """The path with the tenant's own id where it is named."""
        return path.replace("{tenant}", self.tenant_id)

    def _exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: dict[str, Any] | None,
        token: str,
    ) -> Reply:
        sent = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "x-ms-throttle-priority": self._priority,
            **headers,
        }
        self.stats.requests += 1
        return self._transport.exchange(method, url, sent, body)

    def _exchange_in_turn(self, lane: Lane, item: BatchItem, url: str) -> Reply:
        if self._turns is None or lane is not Lane.CONDITIONAL_ACCESS:
            return self.exchange(item.method, url, item.headers, item.body)
        budget, turn, status = self._budgets.lane(lane), self._turns.take(), 0
        try:
            reply = self.exchange(item.method, url, item.headers, item.body)
            status = reply.status
            return reply
        finally:
            turn.end(budget.gap_after(status) / self.scale)

    def _relative(self, path: str) -> str:
        """The path below the version, of a whole link too."""
        _, _, rest = path.removeprefix(self.cloud.graph).partition("/")
        return path if path.startswith("/") else f"/{rest.partition('/')[2]}"

    def _send(self, item: BatchItem, *, version: Version, lane: Lane) -> GraphResponse:
        url = self.url(item.path, version)
        relative = self._relative(item.path)
        units = costs.units(item.method, relative)
        writes = int(costs.is_write(item.method, relative))
        uncertain = False
        for attempt in range(MAX_TRIES):
            reserved = self.reserve(lane, units=units, writes=writes)
            try:
                reply = self._exchange_in_turn(lane, item, url)
            except NotSent:
                self.wait_out(lane, back_off(attempt))
                continue
            except Broken as error:
                if not item.may_repeat:
                    raise refusals.outcome_unknown() from error
                uncertain = True
                self.wait_out(lane, back_off(attempt))
                continue
            finally:
                self.landed(lane, reserved, writes=writes)
            self.account(lane, reply.status, reply.headers, reserved=units, writes=writes)
            wait = patience(reply.status, reply.headers, reply.body, attempt, item, self.scale)
            if wait is None:
                return GraphResponse(reply.status, reply.body, reply.headers, uncertain)
            uncertain = uncertain or reply.status in PERHAPS_DONE
            self.wait_out(lane, wait)
        raise refusals.gave_up(self.cloud.graph)


def with_query(path: str, params: Params | None) -> str:
    """The path with its query; `$`, commas and parentheses stay readable."""
    if not params:
        return path
    mark = "&" if "?" in path else "?"
    return path + mark + urlencode(params, quote_via=quote, safe="$,()'/:@=")
