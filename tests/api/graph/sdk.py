"""Microsoft's own SDK, pointed at Holdfast instead of at Graph.

The generated client has no builder for creating jobs nor for the two functions, so these go through
its request adapter with its own models, which is what the SDK offers for what is not generated.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from kiota_abstractions.authentication import AuthenticationProvider
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from kiota_abstractions.serialization import Parsable
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models import entra_recovery_services as recovery
from msgraph.generated.models.base_collection_pagination_count_response import (
    BaseCollectionPaginationCountResponse,
)
from msgraph.generated.models.entra_recovery_services.recovery_change_object_base import (
    RecoveryChangeObjectBase,
)
from msgraph.generated.models.entra_recovery_services.recovery_job import RecoveryJob
from msgraph.generated.models.entra_recovery_services.recovery_preview_job import (
    RecoveryPreviewJob,
)
from msgraph.generated.models.entra_recovery_services.snapshot import Snapshot
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.graph_request_adapter import options as graph_options
from msgraph_core import GraphClientFactory

__all__ = ["ODataError", "Script", "recovery"]

T = TypeVar("T")
FUNCTIONS = "microsoft.graph.entraRecoveryServices"
_ERRORS: Any = {"XXX": ODataError}


class _Token(AuthenticationProvider):
    def __init__(self, secret: str) -> None:
        self.secret = secret

    async def authenticate_request(
        self, request: RequestInformation, additional_authentication_context: Any = None
    ) -> None:
        request.headers.add("Authorization", f"Bearer {self.secret}")


class _Changes(BaseCollectionPaginationCountResponse):
    """What the two functions answer; of it the SDK has the entries alone."""

    value: list[RecoveryChangeObjectBase]

    @staticmethod
    def create_from_discriminator_value(parse_node: Any) -> _Changes:
        return _Changes()

    def get_field_deserializers(self) -> dict[str, Any]:
        def read(node: Any) -> None:
            self.value = node.get_collection_of_object_values(RecoveryChangeObjectBase)

        return {**super().get_field_deserializers(), "value": read}


@dataclass
class Script:
    """Somebody's script that was written for Graph. url: of the door, up to the version."""

    url: str
    secret: str
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    last: httpx.Response = field(init=False, repr=False)
    graph: Any = field(init=False)

    def __post_init__(self) -> None:
        client = GraphClientFactory.create_with_default_middleware(options=graph_options)
        client.event_hooks = {"response": [self._note]}
        adapter = GraphRequestAdapter(_Token(self.secret), client)
        adapter.base_url = self.url
        self.graph = GraphServiceClient(request_adapter=adapter)

    async def _note(self, response: httpx.Response) -> None:
        self.last = response

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def snapshots(self, **options: Any) -> list[Snapshot]:
        """Those of every page."""
        return self._every(self.graph.directory.recovery.snapshots, "Snapshots", options)

    def jobs(self, **options: Any) -> list[Any]:
        """Those of every page."""
        return self._every(self.graph.directory.recovery.jobs, "Jobs", options)

    def preview(self, snapshot: Snapshot, body: Parsable | None = None) -> str:
        """Create a preview job; its identifier."""
        return self._create(snapshot, "recoveryPreviewJobs", body)

    def recover(self, snapshot: Snapshot, body: Parsable | None = None) -> str:
        """Create a recovery job; its identifier."""
        return self._create(snapshot, "recoveryJobs", body)

    def preview_job(self, snapshot: Snapshot, job: str) -> RecoveryPreviewJob:
        of_snapshot = self.graph.directory.recovery.snapshots.by_snapshot_id(snapshot.id)
        found: RecoveryPreviewJob = self.do(
            of_snapshot.recovery_preview_jobs.by_recovery_preview_job_id(job).get()
        )
        return found

    def recovery_job(self, snapshot: Snapshot, job: str) -> RecoveryJob:
        of_snapshot = self.graph.directory.recovery.snapshots.by_snapshot_id(snapshot.id)
        found: RecoveryJob = self.do(of_snapshot.recovery_jobs.by_recovery_job_id(job).get())
        return found

    def changes(
        self, snapshot: Snapshot, job: str, top: int = 100
    ) -> list[RecoveryChangeObjectBase]:
        path = f"recoveryPreviewJobs/{job}/{FUNCTIONS}.getChanges"
        return self._function(f"{self._of(snapshot)}/{path}?$top={top}")

    def failed_changes(self, snapshot: Snapshot, job: str) -> list[RecoveryChangeObjectBase]:
        path = f"recoveryJobs/{job}/{FUNCTIONS}.getFailedChanges"
        return self._function(f"{self._of(snapshot)}/{path}")

    def cancel(self, job: str) -> None:
        item = self.graph.directory.recovery.jobs.by_recovery_job_base_id(job)
        self.do(item.microsoft_graph_entra_recovery_services_cancel.post())

    def _every(self, builder: Any, name: str, options: dict[str, Any]) -> list[Any]:
        query = getattr(builder, f"{name}RequestBuilderGetQueryParameters")(**options)
        answer = self.do(builder.get(RequestConfiguration(query_parameters=query)))
        found = list(answer.value)
        while answer.odata_next_link:
            answer = self.do(builder.with_url(answer.odata_next_link).get())
            found += answer.value
        return found

    def _create(self, snapshot: Snapshot, collection: str, body: Parsable | None) -> str:
        info = RequestInformation()
        info.http_method, info.url = Method.POST, f"{self._of(snapshot)}/{collection}"
        if body is not None:
            info.set_content_from_parsable(self.graph.request_adapter, "application/json", body)
        self.do(self.graph.request_adapter.send_no_response_content_async(info, _ERRORS))
        assert self.last.status_code == 202
        assert self.last.content == b""
        return self.last.headers["Location"].rpartition("/")[2]

    def _function(self, url: str) -> list[RecoveryChangeObjectBase]:
        found: list[RecoveryChangeObjectBase] = []
        while url:
            info = RequestInformation()
            info.http_method, info.url = Method.GET, url
            info.headers.add("Prefer", "include-unknown-enum-members")
            answer = self.do(self.graph.request_adapter.send_async(info, _Changes, _ERRORS))
            found += answer.value
            url = answer.odata_next_link
        return found

    def _of(self, snapshot: Snapshot) -> str:
        return f"{self.url}/directory/recovery/snapshots/{snapshot.id}"
