"""Microsoft's own SDKs for Python, unchanged but for the base address."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from typing import Any, TypeVar

import pytest
from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.password_profile import PasswordProfile
from msgraph.generated.models.user import User
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph_beta import GraphRequestAdapter as BetaRequestAdapter
from msgraph_beta import GraphServiceClient as BetaServiceClient

from tests.support.sandboxes import Sandbox, running_sandbox

T = TypeVar("T")


class Lab(AccessTokenProvider):
    """The lab application's token."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.token = sandbox.token(sandbox.tenants[0]["id"])

    async def get_authorization_token(self, uri: str, context: Any = None) -> str:
        return self.token

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return AllowedHostsValidator([])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sdk")) as sandbox:
        yield sandbox


@pytest.fixture
def graph(served: Sandbox) -> GraphServiceClient:
    served.reset()
    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Lab(served)))
    adapter.base_url = f"{served.url}/v1.0"
    return GraphServiceClient(request_adapter=adapter)


@pytest.fixture
def beta(served: Sandbox) -> BetaServiceClient:
    served.reset()
    adapter = BetaRequestAdapter(BaseBearerTokenAuthenticationProvider(Lab(served)))
    adapter.base_url = f"{served.url}/beta"
    return BetaServiceClient(request_adapter=adapter)


def run(awaitable: Awaitable[T]) -> T:
    async def main() -> T:
        return await awaitable

    return asyncio.run(main())


def test_users_are_listed_page_by_page(graph: GraphServiceClient) -> None:
    query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
        select=["id", "displayName"], top=15
    )
    options = UsersRequestBuilder.UsersRequestBuilderGetRequestConfiguration(query_parameters=query)

    async def both() -> tuple[Any, Any]:
        first = await graph.users.get(options)
        return first, await graph.users.with_url(first.odata_next_link).get()

    first, second = run(both())

    assert (len(first.value), len(second.value)) == (15, 5)
    assert {type(user) for user in first.value} == {User}


def test_a_user_is_created_read_and_changed(graph: GraphServiceClient, served: Sandbox) -> None:
    name = f"sdk@{served.tenants[0]['domain']}"
    wanted = User(
        account_enabled=True,
        display_name="Made by the SDK",
        mail_nickname="sdk",
        user_principal_name=name,
        password_profile=PasswordProfile(password="Long-and-Str0ng!"),
    )

    async def story() -> Any:
        made = await graph.users.post(wanted)
        await graph.users.by_user_id(made.id).patch(User(job_title="Tester"))
        return await graph.users.by_user_id(name).get()

    user = run(story())

    assert (user.display_name, user.job_title) == ("Made by the SDK", "Tester")


def test_a_refusal_is_the_sdks_own_error(graph: GraphServiceClient) -> None:
    with pytest.raises(ODataError) as caught:
        run(graph.users.by_user_id("00000000-0000-0000-0000-000000000009").get())

    assert caught.value.response_status_code == 404
    assert caught.value.error is not None
    assert caught.value.error.code == "Request_ResourceNotFound"


def test_groups_delta_ends_with_a_delta_link(graph: GraphServiceClient) -> None:
    async def story() -> tuple[int, str]:
        page: Any = await graph.groups.delta.get()
        count = len(page.value)
        while page.odata_next_link:
            page = await graph.groups.delta.with_url(page.odata_next_link).get()
            count += len(page.value)
        return count, page.odata_delta_link

    count, link = run(story())

    assert count >= 20
    assert "$deltatoken=" in link or "%24deltatoken=" in link


def test_a_batch_of_the_sdk_is_answered(graph: GraphServiceClient) -> None:
    pytest.importorskip("deprecated", reason="msgraph-core imports it without requiring it")
    from msgraph_core.requests.batch_request_content import BatchRequestContent
    from msgraph_core.requests.batch_request_item import BatchRequestItem

    content = BatchRequestContent()
    for identity, request in (
        ("users", graph.users.to_get_request_information()),
        ("groups", graph.groups.to_get_request_information()),
    ):
        item = BatchRequestItem(request)
        item.id = identity
        content.add_request(item.id, item)

    answer: Any = run(graph.batch.post(content))

    assert {key: value.status for key, value in answer.responses.items()} == {
        "users": 200,
        "groups": 200,
    }


def test_conditional_access_policies_are_typed(graph: GraphServiceClient) -> None:
    answer: Any = run(graph.identity.conditional_access.policies.get())

    assert len(answer.value) >= 20
    assert all(policy.conditions.users is not None for policy in answer.value)


def test_the_beta_sdk_reads_policies_and_users(beta: BetaServiceClient) -> None:
    async def story() -> tuple[Any, Any]:
        policies = await beta.identity.conditional_access.policies.get()
        return policies, await beta.users.get()

    policies, users = run(story())

    assert len(policies.value) >= 20
    assert len(users.value) == 20
