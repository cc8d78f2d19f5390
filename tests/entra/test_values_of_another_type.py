"""A value that is replaced by one of another type is sent as it is."""

from __future__ import annotations

from apps.entra.catalogue import kind
from apps.entra.writing import update_requests

ALL = {"@odata.type": "#microsoft.graph.allDomains", "rootDomains": "all"}
SOME = {
    "@odata.type": "#microsoft.graph.enumeratedDomains",
    "rootDomains": "enumerated",
    "domainNames": ["evil.example"],
}


def test_parts_of_another_type_are_not_emptied() -> None:
    policy = kind("federatedTokenValidationPolicy")

    (request,) = update_requests(
        policy,
        "policy",
        current={"id": "policy", "validatingDomains": SOME},
        wanted={"id": "policy", "validatingDomains": ALL},
    )

    assert request.body == {"validatingDomains": ALL}
