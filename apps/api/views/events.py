"""How jobs go, as it happens: streams of events in place of asking again and again."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from apps.access.rights import VIEW_BACKUPS
from apps.api.base import OverviewView
from apps.api.serializers import events as shapes
from apps.api.streaming.events import event_of, moment_of
from apps.api.streaming.hub import HUB, MOST_AT_ONCE
from apps.api.streaming.listeners import Listener
from apps.api.streaming.sending import MEDIA_TYPE, EventStream
from apps.core import clock
from apps.core.errors import NotFound, Unavailable
from apps.jobs import selectors as jobs

_LAST_EVENT = OpenApiParameter(
    "Last-Event-ID",
    {"type": "string", "pattern": "^[0-9]{1,16}$"},
    location=OpenApiParameter.HEADER,
    description="The `id` of the last event that arrived; what came after it is told first.",
)
_ANSWER = {(200, MEDIA_TYPE): OpenApiTypes.STR}


class _Streamed(OverviewView):
    rights = {"GET": VIEW_BACKUPS}

    def listener(self, **wanted: object) -> Listener:
        """Raises TooManyStreams."""
        if HUB.of_token(self.caller.token.pk) >= settings.HOLDFAST_API_STREAMS_PER_TOKEN:
            raise too_many("This token has as many streams open as it may.")
        is_async = isinstance(self.request._request, ASGIRequest)
        most = (
            settings.HOLDFAST_API_STREAMS if is_async else settings.HOLDFAST_API_STREAMS_IN_THREADS
        )
        if len(HUB) >= most:
            raise too_many("As many streams are open here as there can be.")
        return Listener(
            token_id=self.caller.token.pk,
            address=self.request.META.get("REMOTE_ADDR", ""),
            tenant_ids=self.reached.ids,
            **wanted,  # type: ignore[arg-type]
        )


class Events(_Streamed):
    query = shapes.EventsQuery

    @extend_schema(
        operation_id="stream_events",
        tags=["Events"],
        parameters=[shapes.EventsQuery, _LAST_EVENT],
        responses=_ANSWER,
    )
    def get(self, request: Request) -> EventStream:
        """The jobs of all tenants that the token reaches, as server-sent events.

        `moved` tells how far a job is, `ended` how it ended; the data is the tenant's id and the
        job. Events can come twice, and of several at once the newest alone is told. The stream ends
        after `seconds`, and with `closed` when the token counts no more.
        """
        wanted = self.parameters()
        tenants = frozenset(wanted.get("tenant", ()))
        listener = self.listener(chosen=tenants, kinds=frozenset(wanted.get("kind", ())))
        since = moment_of(request.headers.get("Last-Event-ID", ""))
        if since is not None:
            missed = jobs.moved_since(since).reverse()[:MOST_AT_ONCE]
            for job in reversed(missed):
                listener.offer(event_of(job))
        return EventStream(listener, since or clock.now(), wanted["seconds"])


class JobEvents(_Streamed):
    query = shapes.StreamQuery

    @extend_schema(
        operation_id="stream_job_events",
        tags=["Events"],
        parameters=[shapes.StreamQuery, _LAST_EVENT],
        responses=_ANSWER,
    )
    def get(self, request: Request, job_id: UUID) -> EventStream:
        """One job as server-sent events: how it stands at once, then each move until it has ended.

        The stream ends with the job.
        """
        job = jobs.with_moments().filter(pk=job_id).first()
        if job is None:
            raise NotFound("There is no such job.", code="no-such-job")
        moment_of(request.headers.get("Last-Event-ID", ""))
        listener = self.listener(job_id=job_id)
        listener.offer(event_of(job))
        return EventStream(listener, clock.now(), self.parameters()["seconds"])


def too_many(words: str) -> Unavailable:
    """503, with when to come back."""
    refusal = Unavailable(
        words, code="too-many-streams", todo="Ask for the job itself, every few seconds."
    )
    refusal.retry_after = 30
    return refusal
