"""Members: the named cast, the staff of every department, and the tree of managers."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from apps.sandbox.seed import licences
from apps.sandbox.seed.draft import PASSWORD, Draft
from apps.sandbox.seed.ids import guid, security_identifier, stream
from apps.sandbox.seed.organisations import Office, name_pools
from apps.sandbox.seed.synced import on_premises_properties

CAST = (
    "chief",
    "operations-head",
    "finance-head",
    "it-head",
    "identity-engineer",
    "service-desk",
    "hr-head",
    "site-head",
    "sales-head",
    "consultant",
)
"""The parts the ten named people of every organisation play, in the order of its `people`."""

SPAN_OF_CONTROL = 8
PASSWORD_PROFILE = {"password": PASSWORD, "forceChangePasswordNextSignIn": False}
_LETTERS = {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "\u0131": "i", "ł": "l", "'": "", " ": ""}


@dataclass(frozen=True, slots=True)
class Position:
    """Who a member is before there is an account: drawn once, then written down."""

    given: str
    surname: str
    title: str
    department: str
    office: Office


def add_members(draft: Draft, count: int) -> None:
    """Create `count` members with their managers; the first ten are the cast."""
    draft.directory.add_many("user", _members(draft, count))
    _link_managers(draft)


def _members(draft: Draft, count: int) -> Iterator[dict[str, Any]]:
    writer = _MemberWriter(draft)
    for number, position in enumerate(_positions(draft, count)):
        body = writer.body(number, position)
        object_id = body["id"]
        if number < len(CAST):
            draft.cast[CAST[number]] = object_id
        draft.members.append(object_id)
        draft.departments.setdefault(position.department, []).append(object_id)
        yield body


@cache
def mail_name(text: str) -> str:
    """A name as it stands in an address: lower case, ASCII, nothing but letters and hyphens."""
    spelled = "".join(_LETTERS.get(letter, letter) for letter in text)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return plain.lower()


def _positions(draft: Draft, count: int) -> Iterator[Position]:
    draw = stream("positions", draft.seed, draft.organisation.key)
    yield from _cast(draft, draw)
    organisation = draft.organisation
    staff = count - len(CAST)
    departments = draw.choices(
        organisation.departments, [each.weight for each in organisation.departments], k=staff
    )
    offices = draw.choices(
        organisation.offices, [each.weight for each in organisation.offices], k=staff
    )
    for department, office in zip(departments, offices, strict=True):
        given, surname = _name(office, draw)
        yield Position(given, surname, draw.choice(department.titles), department.name, office)


def _cast(draft: Draft, draw: Random) -> Iterator[Position]:
    """The ten named people; in a generated organisation they get names and the same posts."""
    organisation = draft.organisation
    for person in organisation.people:
        office = organisation.offices[person.office]
        given, surname = (
            _name(office, draw) if organisation.generated else (person.given, person.surname)
        )
        yield Position(given, surname, person.title, person.department, office)


def _name(office: Office, draw: Random) -> tuple[str, str]:
    pool = name_pools()[office.names]
    return draw.choice(pool["given"]), draw.choice(pool["surname"])


class _MemberWriter:
    """Turns positions into user objects; keeps what is shared between them in one copy."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        organisation = draft.organisation
        self.domain, self.initial_domain = organisation.domain, organisation.initial_domain
        self.synced = organisation.synced if organisation.on_premises else 0
        self.draw = stream("members", draft.seed, organisation.key)
        self.taken: dict[str, int] = {}
        self.hire_dates = [
            f"{year}-{month:02d}-{day:02d}T00:00:00Z"
            for year in range(2008, 2026)
            for month in range(1, 13)
            for day in (1, 9, 15, 22)
        ]
        self.assigned = licences.assigned_to_members(draft)
        self.org_data = {
            department.name: {"costCenter": f"CC-{1000 + 10 * number}", "division": department.name}
            for number, department in enumerate(organisation.departments)
        }
        self.extensions = {
            office.name: {"extensionAttribute1": office.usage, "extensionAttribute7": office.name}
            for office in organisation.offices
        }
        self.shared = {office.name: self._of_office(office) for office in organisation.offices}
        self.phones = {
            office.name: [[office.phone.format(number)] for number in range(1000)]
            for office in organisation.offices
        }
        self.mobiles = {
            office.name: [office.mobile.format(number) for number in range(900)]
            for office in organisation.offices
        }
        self.seats = {
            office.name: [
                f"{office.name} / {floor}.{desk:02d}" for floor in range(4) for desk in range(20)
            ]
            for office in organisation.offices
        }

    def _of_office(self, office: Office) -> dict[str, Any]:
        """What everyone at an office has in common."""
        return {
            "city": office.city,
            "companyName": self.draft.organisation.name,
            "country": office.country,
            "employeeType": "Employee",
            "postalCode": office.postal,
            "preferredLanguage": office.language,
            "state": office.state,
            "streetAddress": office.street,
            "usageLocation": office.usage,
        }

    def body(self, number: int, position: Position) -> dict[str, Any]:
        """One user; the cast are never synchronised ones."""
        object_id = guid(self.draw.getrandbits(128))
        body = self._identity(object_id, self._alias(position), position)
        self._fill_post(body, number, position)
        if number >= len(CAST) and self.draw.random() < self.synced:
            body.update(on_premises_properties(self.draft.organisation, body, self.draw))
        return body

    def _alias(self, position: Position) -> str:
        alias = f"{mail_name(position.given)}.{mail_name(position.surname)}"
        seen = self.taken.get(alias, 0) + 1
        self.taken[alias] = seen
        return alias if seen == 1 else f"{alias}{seen}"

    def _identity(self, object_id: str, alias: str, position: Position) -> dict[str, Any]:
        address = f"{alias}@{self.domain}"
        return {
            "id": object_id,
            "accountEnabled": True,
            "displayName": f"{position.given} {position.surname}",
            "givenName": position.given,
            "surname": position.surname,
            "userPrincipalName": address,
            "mail": address,
            "mailNickname": alias,
            "userType": "Member",
            "proxyAddresses": [f"SMTP:{address}", f"smtp:{alias}@{self.initial_domain}"],
            "identities": [self._identity_of(address)],
            "securityIdentifier": security_identifier(object_id),
            "passwordProfile": PASSWORD_PROFILE,
            "assignedLicenses": self.assigned.licences,
            "licenseAssignmentStates": self.assigned.states,
        }

    def _identity_of(self, address: str) -> dict[str, str]:
        return {
            "signInType": "userPrincipalName",
            "issuer": self.domain,
            "issuerAssignedId": address,
        }

    def _fill_post(self, body: dict[str, Any], number: int, position: Position) -> None:
        draw, office = self.draw, position.office
        hired = self.hire_dates[int(draw.random() * len(self.hire_dates))]
        body.update(self.shared[office.name])
        body["businessPhones"] = self.phones[office.name][int(draw.random() * 1000)]
        body["createdDateTime"] = hired
        body["department"] = position.department
        body["employeeHireDate"] = hired
        body["employeeId"] = f"{office.usage}{100001 + number}"
        body["jobTitle"] = position.title
        body["lastPasswordChangeDateTime"] = hired
        body["officeLocation"] = self.seats[office.name][int(draw.random() * 80)]
        body["signInSessionsValidFromDateTime"] = hired
        self._sometimes(body, position)

    def _sometimes(self, body: dict[str, Any], position: Position) -> None:
        chance, office = self.draw.random(), position.office
        if chance < 0.6:
            body["mobilePhone"] = self.mobiles[office.name][int(chance * 1500)]
        if chance < 0.25:
            body["onPremisesExtensionAttributes"] = self.extensions[office.name]
        if 0.2 < chance < 0.5 and position.department in self.org_data:
            body["employeeOrgData"] = self.org_data[position.department]
        if 0.60 < chance < 0.66:
            body["perUserMfaState"] = "enforced" if chance < 0.64 else "enabled"
        if chance < 0.02:
            body["faxNumber"] = office.phone.format(999)
        if chance > 0.97:
            body["accountEnabled"] = False
            body["employeeLeaveDateTime"] = "2026-07-31T16:00:00Z"
        elif chance > 0.92:
            body["employeeType"] = "Contractor"


def _link_managers(draft: Draft) -> None:
    """Every department is a tree under its head, and the heads report to the chief."""
    chief = draft.cast["chief"]
    link = draft.directory.link
    for staff in draft.departments.values():
        for place, object_id in enumerate(staff):
            if object_id != chief:
                superior = staff[(place - 1) // SPAN_OF_CONTROL] if place else chief
                link("user.manager", object_id, superior)
