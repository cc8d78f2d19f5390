"""Made-up people, about 2,000 bytes of Graph JSON each; the same number gives the same person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import orjson

# Of 100,000 people 0.5 % change on a day; which ones, the day and the number decide.
CHANGED_IN = 200
_CITIES = ("Utrecht", "Delft", "Leiden", "Breda", "Zwolle", "Arnhem")
_DEPARTMENTS = ("Sales", "Finance", "Research", "Logistics", "Care", "Legal")
_LICENCES = ("06ebc4ee-1bb5-47dd-8120-11324bc54e06", "c7df2760-2c81-4ef7-b578-5b5392b571df")
# What every tenant of Entra has exactly one of; without them a capture would ask twice for each.
_POLICIES = (
    "adminConsentRequestPolicy",
    "authenticationFlowsPolicy",
    "authenticationMethodsPolicy",
    "authorizationPolicy",
    "crossTenantAccessPolicyConfigurationDefault",
    "identitySecurityDefaultsEnforcementPolicy",
    "tenantAppManagementPolicy",
)
CONTEXT = "https://graph.microsoft.com/v1.0/$metadata#users"


def person(number: int, day: int = 0) -> dict[str, Any]:
    """A person as Graph gives him on a day: his office has the day of his last change in it."""
    random = Random(number)  # noqa: S311 - makes people up, keeps no secret
    given, family = f"Given{random.randrange(400)}", f"Family{random.randrange(3000)}"
    name = f"{given}.{family}.{number}".lower()
    mail = f"{name}@contoso.example"
    return {
        "id": str(UUID(int=random.getrandbits(128), version=4)),
        "accountEnabled": True,
        "ageGroup": None,
        "assignedLicenses": [{"disabledPlans": [], "skuId": sku} for sku in _LICENCES],
        "businessPhones": [f"+31 30 {random.randrange(10**7):07d}"],
        "city": random.choice(_CITIES),
        "companyName": "Contoso",
        "consentProvidedForMinor": None,
        "country": "Netherlands",
        "createdDateTime": f"20{10 + number % 15}-0{1 + number % 9}-11T08:{number % 60:02d}:00Z",
        "department": random.choice(_DEPARTMENTS),
        "displayName": f"{given} {family}",
        "employeeId": f"{100000 + number}",
        "employeeType": "Employee",
        "faxNumber": None,
        "givenName": given,
        "identities": [
            {
                "signInType": "userPrincipalName",
                "issuer": "contoso.example",
                "issuerAssignedId": mail,
            }
        ],
        "jobTitle": f"Specialist {random.randrange(60)}",
        "mail": mail,
        "mailNickname": name,
        "mobilePhone": f"+31 6 {random.randrange(10**8):08d}",
        "officeLocation": f"{random.randrange(300)} since day {last_change(number, day)}",
        "onPremisesExtensionAttributes": {f"extensionAttribute{n}": None for n in range(1, 16)},
        "otherMails": [f"{name}@home.example"],
        "passwordPolicies": "DisablePasswordExpiration",
        "postalCode": f"{1000 + random.randrange(8000)} AB",
        "preferredLanguage": "nl-NL",
        "proxyAddresses": [f"SMTP:{mail}", f"smtp:{name}@fabrikam.example"],
        "state": "Utrecht",
        "streetAddress": f"Street {random.randrange(500)}",
        "surname": family,
        "usageLocation": "NL",
        "userPrincipalName": mail,
        "userType": "Member",
    }


def changed_on(day: int, people: int) -> Iterable[int]:
    """The numbers of those who change on a day, from day 1 on: 0.5 %, others each day."""
    return range(day % CHANGED_IN, people, CHANGED_IN) if day else ()


def last_change(number: int, day: int) -> int:
    """The last day up to this one on which a person changed; 0 for never."""
    return max(day - (day - number) % CHANGED_IN, 0)


def write_people(path: Path, people: int) -> int:
    """A list response of Graph with so many people; its bytes."""
    with path.open("wb") as file:
        file.write(b'{"@odata.context":' + orjson.dumps(CONTEXT) + b',"value":[')
        for number in range(people):
            file.write((b"," if number else b"") + orjson.dumps(person(number)))
        file.write(b"]}")
        return file.tell()


def write_policies(directory: Path) -> None:
    """The tenant's policies, each in a file, as the sandbox loads them."""
    for name in _POLICIES:
        body = {"@odata.type": f"#microsoft.graph.{name}", "id": name, "displayName": name}
        (directory / f"{name}.json").write_bytes(orjson.dumps(body))


def everybody(people: int, day: int = 0) -> Iterator[dict[str, Any]]:
    """All of them on a day."""
    return (person(number, day) for number in range(people))
