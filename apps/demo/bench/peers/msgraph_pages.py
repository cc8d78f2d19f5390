"""A plain export by Microsoft's msgraph-sdk: its PageIterator over the users.

https://learn.microsoft.com/graph/sdks/paging
"""

from __future__ import annotations

import asyncio
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from apps.demo.bench.peers.measured import measure

_TOP, _WARM_UP = 999, 20
_MODULES = (
    "kiota_abstractions.authentication",
    "kiota_abstractions.base_request_configuration",
    "kiota_serialization_json.json_serialization_writer",
    "msgraph",
    "msgraph.generated.users.users_request_builder",
    "msgraph_core.tasks.page_iterator",
)


def page_iterator(
    *, url: str, token: str, select: str, directory: str, most: int
) -> dict[str, Any]:
    """The first `most` users, each written as JSON by the SDK's own serialisation."""
    place = Path(directory)
    place.mkdir(parents=True)
    return asyncio.run(_export(url, token, select.split(","), place, most))


async def _export(url: str, token: str, select: list[str], place: Path, most: int) -> Any:
    # By name: the SDK has so many classes that a type checker needs minutes for them.
    modules: Any = [import_module(name) for name in _MODULES]
    authentication, configuration, writing, msgraph, users, paging = modules
    provider = authentication.BaseBearerTokenAuthenticationProvider(_Given(token, authentication))
    adapter = msgraph.GraphRequestAdapter(provider)
    adapter.base_url = f"{url}/v1.0"
    client = msgraph.GraphServiceClient(request_adapter=adapter)
    query = users.UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
        select=select, top=min(_TOP, most)
    )
    page = await client.users.get(configuration.RequestConfiguration(query_parameters=query))
    objects = 0

    def written(user: Any) -> bool:
        nonlocal objects
        writer = writing.JsonSerializationWriter()
        user.serialize(writer)
        (place / f"{user.id}.json").write_bytes(writer.get_serialized_content())
        objects += 1
        return objects < most

    await paging.PageIterator(page, adapter).iterate(written)
    return {"objects": objects, "requests": -(-objects // _TOP)}


class _Given:
    """A token that is there already, as the SDK asks for one."""

    def __init__(self, token: str, authentication: Any) -> None:
        self._token, self._authentication = token, authentication

    async def get_authorization_token(self, uri: str, *_: Any, **__: Any) -> str:
        return self._token

    def get_allowed_hosts_validator(self) -> Any:
        return self._authentication.AllowedHostsValidator([])


if __name__ == "__main__":
    # Importing the SDK takes as long as reading some thousand users, and it imports a class when it
    # meets it first; that is not what is compared.
    for name in _MODULES:
        import_module(name)
    asked = json.loads(sys.argv[2])
    page_iterator(**{**asked, "directory": f"{asked['directory']}-first", "most": _WARM_UP})
    measure(page_iterator)
