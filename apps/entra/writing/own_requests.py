"""Properties that a PATCH of the object does not reach: each has requests of its own."""

from collections.abc import Mapping
from typing import Any

from apps.entra.catalogue.model import Kind
from apps.entra.writing import governing
from apps.entra.writing.own_request import Body, Maker, own_request
from apps.entra.writing.request import WriteRequest


def requests_for(
    kind: Kind, name: str, path: str, current: Any, wanted: Any, body: Body
) -> tuple[WriteRequest, ...]:
    """The requests that turn the property `name` of the object at `path` into `wanted`.

    body: what else the object holds.
    """
    return _MAKERS[name](kind, path, current or [], wanted or [], body)


def _remove_secrets(
    kind: Kind, path: str, current: Any, wanted: Any, body: Body
) -> tuple[WriteRequest, ...]:
    """https://learn.microsoft.com/graph/api/application-removepassword"""
    kept = {item.get("keyId") for item in wanted}
    return tuple(
        own_request(
            kind,
            "POST",
            f"{path}/removePassword",
            {"keyId": item["keyId"]},
            "passwordCredentials",
            reason="Takes away a secret that was added.",
        )
        for item in current
        if item.get("keyId") not in kept
    )


def _combinations(
    kind: Kind, path: str, current: Any, wanted: Any, body: Body
) -> tuple[WriteRequest, ...]:
    """https://learn.microsoft.com/graph/api/authenticationstrengthpolicy-updateallowedcombinations"""
    return (
        own_request(
            kind,
            "POST",
            f"{path}/updateAllowedCombinations",
            {"allowedCombinations": list(wanted)},
            "allowedCombinations",
            stage=1,
        ),
    )


def _configurations(
    kind: Kind, path: str, current: Any, wanted: Any, body: Body
) -> tuple[WriteRequest, ...]:
    """Each key and certificate rule of a strength is an object beneath it.

    One that names a combination goes before the combination may, and comes after it is there.
    """
    base = f"{path}/combinationConfigurations"
    name = "combinationConfigurations"
    held = {item["id"]: item for item in current}
    missing = {item["id"]: item for item in wanted}
    requests = [
        own_request(kind, "DELETE", f"{base}/{object_id}", None, name)
        for object_id in sorted(held.keys() - missing.keys())
    ]
    for object_id, item in missing.items():
        body = {key: value for key, value in item.items() if key != "id"}
        if object_id not in held:
            requests.append(own_request(kind, "POST", base, body, name, stage=2, repeatable=False))
        elif held[object_id] != item:
            requests.append(own_request(kind, "PATCH", f"{base}/{object_id}", body, name, stage=2))
    return tuple(requests)


def _conditions(name: str) -> Maker:
    """The sets of conditions of a permission grant policy, none of which is ever changed.

    https://learn.microsoft.com/graph/api/permissiongrantpolicy-post-includes
    """

    def make(
        kind: Kind, path: str, current: Any, wanted: Any, body: Body
    ) -> tuple[WriteRequest, ...]:
        held, missing = [*current], []
        for item in map(_without_id, wanted):
            same = next((one for one in held if _without_id(one) == item), None)
            if same is None:
                missing.append(item)
            else:
                held.remove(same)
        base = f"{path}/{name}"
        return (
            *(own_request(kind, "DELETE", f"{base}/{item['id']}", None, name) for item in held),
            *(own_request(kind, "POST", base, item, name, repeatable=False) for item in missing),
        )

    return make


def _without_id(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key != "id"}


def _second_factor(
    kind: Kind, path: str, current: Any, wanted: Any, body: Body
) -> tuple[WriteRequest, ...]:
    """https://learn.microsoft.com/graph/api/authentication-update"""
    known = kind.by_name["perUserMfaState"]
    return (
        WriteRequest(
            "PATCH",
            f"{path}/authentication/requirements",
            {known.name: wanted},
            known.version,
            kind.lane,
            properties=(known.name,),
            permission=(known.write_permission,),
        ),
    )


_MAKERS: Mapping[str, Maker] = {
    "passwordCredentials": _remove_secrets,
    "allowedCombinations": _combinations,
    "combinationConfigurations": _configurations,
    "includes": _conditions("includes"),
    "excludes": _conditions("excludes"),
    "perUserMfaState": _second_factor,
    **governing.MAKERS,
}
