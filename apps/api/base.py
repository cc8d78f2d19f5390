"""What every operation stands on: who calls, how often, for which tenant, inside its scope.

No view opens a tenant itself. Its class says which right each method needs; `initial` counts the
request, believes the token, resolves the tenant of the address through access_tenant and enters its
scope, which holds until the answer is made. A method without a right does not exist.

The manners are the same everywhere: `?fields=` and If-None-Match on what is read, Idempotency-Key
and If-Match on what changes something.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any, ClassVar, cast

from django.http import HttpResponseBase
from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from apps.access import selectors
from apps.access.models import User
from apps.access.refused import record_refused
from apps.access.tokens import TokenActor
from apps.api import idempotency, sparse, throttling
from apps.api.conditional import conditional, if_unchanged
from apps.api.paging import Pages
from apps.api.parsing import Strict, refuse_unknown
from apps.api.serializers.common import Nothing
from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.errors import NotAllowed, NotFound
from apps.core.scope import person as asked_by
from apps.core.scope import tenant_scope
from apps.tenants.models import Tenant

Query = Mapping[str, Any]
READING = ("GET", "HEAD")


class ApiView(APIView):
    """An operation by token. rights: the right that each method needs. query: the parameters it
    takes beside those of paging. ordering: of what it lists, for paging; empty when it lists
    nothing."""

    rights: ClassVar[Mapping[str, str]] = {}
    query: ClassVar[type[Strict] | None] = None
    ordering: ClassVar[tuple[str, ...]] = ()
    pages = Pages

    usage: throttling.Usage | None = None
    # The members that were asked for by `?fields=`, None for all.
    wanted: sparse.Wanted | None = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self.scopes:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        try:
            self.usage = throttling.spend_address(request.META.get("REMOTE_ADDR", ""))
            super().initial(request, *args, **kwargs)
            if request.auth is None:
                raise NotAuthenticated("Send a token: Authorization: Bearer hf_...")
            self.usage = throttling.spend_token(self.caller.token.pk)
            self.scopes.enter_context(asked_by(self.person.pk))
        except throttling.TooMany as refusal:
            self.usage = refusal.usage
            raise
        right = self._right()
        if any("\0" in str(part) for part in kwargs.values()):
            # The database has no text with it, so nothing is called that.
            raise NotFound("There is no such thing.")
        self.enter(right)
        self._refuse_unknown_parameters()
        if request.method in READING:
            self.wanted = sparse.wanted(request, self._shape())
        else:
            self._act_with_manners(request)

    def enter(self, right: str) -> None:
        """Enter the scope of what the operation is about. Raises NotFound, NotAllowed."""
        raise NotImplementedError

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in (self.usage.headers() if self.usage else {}).items():
            response[name] = value
        response["Cache-Control"] = "no-store"
        seen = request.method in READING and response.status_code == 200
        # A file that is streamed is in nobody's hands before it is sent.
        if seen and isinstance(response, Response):
            if self.wanted:
                response.data = self.wanted.part(response.data)
            response.add_post_render_callback(lambda rendered: conditional(request, rendered))
        return cast(Response, response)

    def handle_exception(self, exc: Exception) -> Response:
        """The problem; a refusal is recorded first, in the trails where it belongs."""
        match = self.request.resolver_match
        if isinstance(exc, NotAllowed | NotFound) and self.request.auth is not None and match:
            record_refused(
                actor=self.actor,
                error=exc,
                route=match.view_name,
                tenant_id=self.kwargs.get("tenant_id"),
            )
        return super().handle_exception(exc)

    @property
    def caller(self) -> TokenActor:
        return cast(TokenActor, self.request.auth)

    @property
    def person(self) -> User:
        return self.caller.user

    @property
    def actor(self) -> Actor:
        """Who acts, within the token's limits."""
        return self.caller.actor

    def parameters(self) -> Query:
        """The declared query parameters, checked."""
        if self.query is None:
            return {}
        given = {
            name: values if len(values) > 1 else values[0]
            for name, values in self.request.query_params.lists()
            if name not in (*self._paging_parameters(), sparse.PARAMETER)
        }
        return checked(self.query, given)

    def page(self, rows: Any, serializer: type[BaseSerializer[Any]], view: Any = None) -> Response:
        """One page of a queryset; view: turns its rows into what the serializer takes."""
        paginator = self.pages()
        if self.wanted and view is None:
            rows = sparse.columns_for(rows, serializer, self.wanted.names, self.ordering)
        found: list[Any] = paginator.paginate_queryset(rows, self.request, view=self) or []
        listed = serializer(view(found) if view else found, many=True)
        if self.wanted:
            sparse.narrow(listed, self.wanted.names)
        return paginator.get_paginated_response(listed.data)

    def wants(self, *members: str) -> bool:
        """Whether the answer is to have one of these members: those that cost something to make."""
        return self.wanted is None or not self.wanted.names.isdisjoint(members)

    def look_at(self, tenant: Tenant, what: str, thing: object) -> None:
        """Record that the caller is about to see values of a tenant's directory.

        what: the sort of thing, for people. thing: its id.
        """
        audit.record_view(
            actor=self.actor,
            tenant_id=tenant.pk,
            msp_id=tenant.msp_id,
            what=what,
            thing=str(thing),
            subject=tenant.name,
        )

    def _act_with_manners(self, request: Request) -> None:
        """Have the operation done as the request's Idempotency-Key and If-Match want it.

        The framework asks the view for its operation only after this.
        """
        name = str(request.method).lower()
        if operation := getattr(self, name, None):
            setattr(self, name, partial(self._act, operation))

    def _act(
        self, operation: Callable[..., Response], request: Request, *args: Any, **kwargs: Any
    ) -> Response:
        if not getattr(operation, "takes_a_body", True):
            checked(Nothing, request.data)
        act = partial(operation, request, *args, **kwargs)
        if "If-Match" in request.headers:
            readable = "GET" in self.rights and not self.ordering
            read = partial(self.get, request, *args, **kwargs) if readable else None  # type: ignore[attr-defined]
            act = partial(if_unchanged, request, read, act)
        secret = request.META["HTTP_AUTHORIZATION"].partition(" ")[2].strip()
        sent = idempotency.sent_with(request, secret)
        return act() if sent is None else idempotency.once(sent, act, self.handle_exception)

    def _shape(self) -> sparse.Shape | None:
        return sparse.described_by(getattr(self, "get", None))

    def _right(self) -> str:
        method = "GET" if self.request.method == "HEAD" else str(self.request.method)
        if method not in self.rights:
            raise MethodNotAllowed(str(self.request.method))
        return self.rights[method]

    def _paging_parameters(self) -> tuple[str, ...]:
        if not self.ordering or self.request.method == "POST":
            return ()
        return (self.pages.cursor_query_param, str(self.pages.page_size_query_param))

    def _refuse_unknown_parameters(self) -> None:
        reading = self.request.method in READING
        declared = self.query().fields if self.query and self.request.method != "POST" else ()
        cut = (sparse.PARAMETER,) if reading and self._shape() else ()
        refuse_unknown(self.request.query_params, (*declared, *cut, *self._paging_parameters()))


class OverviewView(ApiView):
    """Over all tenants on which the caller has the right: `reached`."""

    reached: selectors.Reached

    def enter(self, right: str) -> None:
        self.reached = selectors.reached_by(self.person, right, limits=self.caller.limits)
        self.scopes.enter_context(self.reached.scope())


class TenantView(ApiView):
    """About the tenant of the address: `tenant`."""

    tenant: Tenant

    def enter(self, right: str) -> None:
        tenant_id = self.kwargs["tenant_id"]
        self.tenant = selectors.access_tenant(
            self.person, tenant_id, right, limits=self.caller.limits
        )
        self.scopes.enter_context(tenant_scope(self.tenant.pk))

    def body(self, serializer: type[Strict]) -> Mapping[str, Any]:
        """What was sent, checked. Raises ValidationError."""
        return checked(serializer, self.request.data)

    def look(self, what: str, thing: object) -> None:
        """Record that the caller is about to see values of the tenant's directory."""
        self.look_at(self.tenant, what, thing)


def checked(serializer: type[Strict], given: Any) -> Mapping[str, Any]:
    """The values that a serializer takes over; ValidationError names every wrong field."""
    found = serializer(data=given)
    found.is_valid(raise_exception=True)
    return cast(Mapping[str, Any], found.validated_data)
