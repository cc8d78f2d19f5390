"""What every operation of the door stands on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import VIEW_BACKUPS
from apps.access.selectors import tenants_of
from apps.api.base import TenantView
from apps.api.graph import errors, names
from apps.api.graph.odata import Query, collection
from apps.audit.middleware import request_id
from apps.history.models import Snapshot
from apps.history.selectors import snapshots

# Graph's own metadata describe it, not our schema.
hidden: Callable[[Any], Any] = extend_schema(exclude=True)


class GraphView(TenantView):
    """About the tenant of the address, which may be named by its id in Entra as well as by ours."""

    rights = {"GET": VIEW_BACKUPS}

    def enter(self, right: str) -> None:
        given = self.kwargs["named"]
        reached = tenants_of(self.person, limits=self.caller.limits)
        found = reached.filter(Q(pk=given) | Q(entra_id=given)).values_list("pk", flat=True)
        self.kwargs["tenant_id"] = found.first() or UUID(given)
        super().enter(right)

    def get_exception_handler(self) -> Any:
        return errors.answer

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["request-id"] = request_id(_plain(request))
        answer["client-request-id"] = errors.client_request_id(request) or answer["request-id"]
        if names.wants_unknown(request):
            answer["Preference-Applied"] = "include-unknown-enum-members"
        return answer

    @property
    def every(self) -> bool:
        """Whether the caller takes members that were added to enumerations later."""
        return names.wants_unknown(self.request)

    def snapshot(self, snapshot_id: str) -> Snapshot:
        """The snapshot of an identifier; of two taken at the same moment the newer. Raises
        NotFound."""
        at = names.taken_at(snapshot_id)
        found = snapshots(self.tenant).filter(taken_at=at).first() if at else None
        if found is None:
            raise errors.no_such_snapshot()
        return found

    def address(self, path: str) -> str:
        """The whole address of something below /directory/recovery."""
        root = f"/api/graph/{self.kwargs['named']}/{self.kwargs['version']}"
        return self.request.build_absolute_uri(f"{root}/{path}")

    def context(self, path: str) -> str:
        return self.address(f"$metadata#{path}")

    def listed(
        self,
        path: str,
        rows: Sequence[dict[str, Any]],
        query: Query,
        *,
        after: Sequence[Any] | None,
        count: int | None,
    ) -> Response:
        return Response(
            collection(self.request, self.context(path), rows, query, after=after, count=count)
        )

    def one(self, path: str, row: dict[str, Any]) -> Response:
        return Response({"@odata.context": self.context(f"{path}/$entity"), **row})

    def accepted(self, path: str) -> Response:
        """202 without a body, with the address to ask how it goes."""
        return Response(status=202, headers={"Location": self.address(path)})

    def _refuse_unknown_parameters(self) -> None:
        """Each operation refuses the options of OData that it does not take; Graph lets others
        pass."""


def of_job(given: str) -> UUID:
    """A job's identifier. Raises NotFound for what is none."""
    try:
        return UUID(given)
    except ValueError:
        raise errors.no_such_job() from None


def _plain(request: Any) -> HttpRequest:
    """Django's own request, which the framework may have wrapped or not."""
    found: HttpRequest = getattr(request, "_request", request)
    return found
