"""Users as the sign-in pages know them: who to offer, who a name means, whose password it is."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from apps.sandbox.login import grants
from apps.sandbox.login.clients import Client
from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.session import SignIn
from apps.sandbox.login.tenants import directory_of_user
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record

OFFERED = 50


@dataclass(frozen=True, slots=True)
class Person:
    """A user in the directory that he signs in to."""

    directory: Directory
    user: Record

    @property
    def name(self) -> str:
        return str(self.user.body.get("userPrincipalName"))


def offered(directory: Directory, limit: int = OFFERED) -> list[Record]:
    """Users to choose from: everyone who holds a directory role, then others up to `limit`."""
    found = {user.id: user for user in role_holders(directory) if password_of(user)}
    for user in directory.of_type("user"):
        if len(found) >= limit:
            break
        if password_of(user):
            found.setdefault(user.id, user)
    return list(found.values())


def role_holders(directory: Directory) -> list[Record]:
    """Users who hold a directory role, each once, in the order of their assignments."""
    found: dict[str, Record] = {}
    for assignment in directory.of_type("unifiedRoleAssignment"):
        principal = directory.get(str(assignment.body.get("principalId")))
        if principal is not None and principal.type == "user":
            found[principal.id] = principal
    return list(found.values())


def administrators(directory: Directory) -> list[Record]:
    """Users who may consent for the whole tenant."""
    return [
        user
        for user in role_holders(directory)
        if grants.may_consent_for_everyone(directory, user.id) and password_of(user)
    ]


def password_of(user: Record) -> str:
    return str((user.body.get("passwordProfile") or {}).get("password") or "")


def picked(sign_in: SignIn, directory: Directory | None, user_id: str) -> Person:
    """The user chosen from the list; no password is asked for then.

    Raises:
        LoginError: 50034 for an id that is no user of the directory (or of any, if None).
    """
    places = [directory] if directory else list(sign_in.world.directories.values())
    for place in places:
        user = place.get(user_id)
        if user is not None and "userPrincipalName" in user.body:
            return Person(place, user)
    tenant = directory.display_name if directory else "sandbox"
    raise LoginError(50034, user=user_id, tenant=tenant)


def with_password(
    sign_in: SignIn, directory: Directory | None, client: Client, username: str, password: str
) -> Person:
    """The user of this name, proved by password, in the directory that he signs in to.

    Raises:
        LoginError: 50034 for an unknown name, 50126 for a wrong password, 50020 for a user of
            another tenant who is no guest of this one.
    """
    home = directory_of_user(sign_in.world, username)
    person = _named(home, username)
    if person is None:
        tenant = directory or home
        raise LoginError(50034, user=username, tenant=tenant.display_name if tenant else "sandbox")
    if not hmac.compare_digest(password_of(person.user).encode(), password.encode()):
        raise LoginError(50126)
    if directory is None or directory is person.directory:
        return person
    return as_guest(directory, person, client)


def as_guest(directory: Directory, person: Person, client: Client) -> Person:
    """The same person as a guest of another tenant.

    Raises:
        LoginError: 50020.
    """
    guest = directory.find("user", "mail", person.name)
    if guest is not None and guest.body.get("userType") == "Guest":
        return Person(directory, guest)
    raise LoginError(
        50020,
        user=person.name,
        issuer=f"https://sts.windows.net/{person.directory.tenant_id}/",
        tenant=directory.display_name,
        client_id=client.app_id,
        name=client.name,
    )


def _named(home: Directory | None, username: str) -> Person | None:
    if home is None:
        return None
    user = home.find("user", "userPrincipalName", username)
    return None if user is None else Person(home, user)
