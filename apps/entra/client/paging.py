"""Lists, page by page."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from apps.entra import refusals
from apps.entra.catalogue.model import Version
from apps.entra.errors import PageTokenExpired, ResyncRequired

if TYPE_CHECKING:
    from apps.entra.client.graph import GraphClient

NEXT = "@odata.nextLink"
DELTA = "@odata.deltaLink"


def pages(
    client: "GraphClient", path: str, *, version: Version, headers: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """See GraphClient.pages. Custom headers go with every page, as Graph asks."""
    seen: set[str] = set()
    here: str | None = path
    while here is not None:
        if here in seen:
            # A link that leads back would read the same pages for ever.
            raise refusals.page_token_expired()
        seen.add(here)
        yield (page := _page(client, here, version, headers, first=here == path))
        here = page.get(NEXT)


def _page(
    client: "GraphClient", link: str, version: Version, headers: Mapping[str, str], *, first: bool
) -> dict[str, Any]:
    answer = client.request("GET", link, version=version, headers=headers)
    if answer.ok:
        return answer.body
    error = answer.error()
    assert error is not None  # noqa: S101 - an answer that is not ok has an error
    if not isinstance(error, ResyncRequired | PageTokenExpired) and _names_a_lost_place(
        answer.status, error.graph_message, error.graph_code, link
    ):
        raise refusals.page_token_expired() from error
    if isinstance(error, ResyncRequired) and not first and "deltatoken" not in link:
        raise refusals.page_token_expired() from error
    raise error


def _names_a_lost_place(status: int, message: str, code: str, link: str) -> bool:
    """Whether a refusal of a following page means that its token is no longer good.

    Graph has no one code for it: `DirectoryPageTokenNotFoundException`,
    `Directory_ExpiredPageToken` and a plain 400 about the skip token all occur.
    """
    if status not in {400, 410} or "skiptoken" not in link:
        return False
    text = f"{code} {message}".lower().replace(" ", "")
    return "skiptoken" in text or "pagetoken" in text
