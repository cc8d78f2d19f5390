"""How large a tenant is, which is what its allowance follows."""

from apps.entra.client import GraphClient
from apps.entra.errors import EntraError, NeedsConsent


def count_users(client: GraphClient) -> int | None:
    """How many users there are, for one request; None where Graph does not say.

    https://learn.microsoft.com/graph/aad-advanced-queries. Raises NeedsConsent.
    """
    try:
        page = client.get(
            "/users",
            {"$count": "true", "$top": 1, "$select": "id"},
            headers={"ConsistencyLevel": "eventual"},
        )
    except NeedsConsent:
        raise
    except EntraError:
        return None
    number = page.get("@odata.count")
    return number if isinstance(number, int) else None
