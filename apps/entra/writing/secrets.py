"""New client secrets for applications and service principals, where old ones cannot return.

https://learn.microsoft.com/graph/api/application-addpassword
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from apps.entra.catalogue.model import Kind, Writability
from apps.entra.writing.objects import path_of
from apps.entra.writing.request import WriteRequest

SECRETS: Final = "passwordCredentials"
# Stands in a request for the id of what is found when it is sent.
FOUND: Final = "{found}"


def takes_secrets(kind: Kind) -> bool:
    """Whether objects of this kind have client secrets that an application can add."""
    known = kind.by_name.get(SECRETS)
    return known is not None and known.write is Writability.OWN_REQUEST


def lost_secrets(
    before: Mapping[str, Any], after: Mapping[str, Any], *, now: datetime
) -> list[Mapping[str, Any]]:
    """The secrets of one body that the other lacks and that would still be good."""
    kept = {one.get("keyId") for one in after.get(SECRETS) or ()}
    lost = (one for one in before.get(SECRETS) or () if one.get("keyId") not in kept)
    return [one for one in lost if _ends(one) > now]


def new_secret(
    kind: Kind, object_id: str, *, name: str, lost: Iterable[Mapping[str, Any]]
) -> tuple[WriteRequest, WriteRequest]:
    """The request that adds a secret, good for as long as the lost ones were, and the one that
    takes it away again should nobody have heard the answer with its text.

    name: nothing else may be called so; it tells whether the request was carried out.
    """
    path = path_of(kind, object_id, {})
    until = max(str(one["endDateTime"]) for one in lost)
    credential = {"displayName": name, "endDateTime": until}
    return (
        _request(kind, f"{path}/addPassword", {"passwordCredential": credential}, again=False),
        _request(kind, f"{path}/removePassword", {"keyId": FOUND}, again=True),
    )


def _request(kind: Kind, path: str, body: dict[str, Any], *, again: bool) -> WriteRequest:
    return WriteRequest(
        "POST",
        path,
        body,
        kind.version,
        kind.lane,
        properties=(SECRETS,),
        permission=kind.write_permission,
        repeatable=again,
    )


def _ends(one: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(one["endDateTime"]).replace("Z", "+00:00"))
