"""What a user carries who comes from an on-premises Active Directory."""

import base64
from random import Random
from typing import Any

from apps.sandbox.seed.organisations import Organisation

LAST_SYNC = "2026-09-01T06:30:12Z"
_DOMAIN_SID = "S-1-5-21-2143987021-918273645-3344556677"


def on_premises_properties(
    organisation: Organisation, user: dict[str, Any], draw: Random
) -> dict[str, Any]:
    """The on-premises properties of a synchronised user; `user` gives names and department."""
    forest = organisation.on_premises
    if forest is None:
        return {}
    common_name = user["displayName"].replace(",", "\\,")
    return {
        "onPremisesSyncEnabled": True,
        "onPremisesImmutableId": base64.b64encode(draw.randbytes(16)).decode(),
        "onPremisesDistinguishedName": (
            f"CN={common_name},OU={user['department']},OU=Staff,{_components(forest['domain'])}"
        ),
        "onPremisesDomainName": forest["domain"],
        "onPremisesSamAccountName": user["mailNickname"][:20],
        "onPremisesSecurityIdentifier": f"{_DOMAIN_SID}-{draw.getrandbits(31)}",
        "onPremisesUserPrincipalName": user["userPrincipalName"],
        "onPremisesLastSyncDateTime": LAST_SYNC,
    }


def on_premises_group(organisation: Organisation, name: str, relative_id: int) -> dict[str, Any]:
    """The on-premises properties of a synchronised group."""
    forest = organisation.on_premises
    if forest is None:
        return {}
    return {
        "onPremisesSyncEnabled": True,
        "onPremisesDomainName": forest["domain"],
        "onPremisesNetBiosName": forest["net_bios"],
        "onPremisesSamAccountName": name,
        "onPremisesSecurityIdentifier": f"{_DOMAIN_SID}-{relative_id}",
        "onPremisesLastSyncDateTime": LAST_SYNC,
    }


def _components(domain: str) -> str:
    return ",".join(f"DC={part}" for part in domain.split("."))
