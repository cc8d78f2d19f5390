"""The session of a person who proved who he is: in a cookie, and while he reads a page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from apps.sandbox.login import admission
from apps.sandbox.login.people import Person
from apps.sandbox.login.session import SignIn
from apps.sandbox.server.messages import Request

COOKIE = "ESTSAUTH"


@dataclass(frozen=True, slots=True)
class Session:
    """Who, since when (Unix seconds), and the id that tokens carry as `sid`."""

    person: Person
    at: int
    id: str

    def content(self) -> dict[str, str | int]:
        """What a cookie, a code or a refresh token keeps of it."""
        return {
            "tid": self.person.directory.tenant_id,
            "oid": self.person.user.id,
            "auth_time": self.at,
            "sid": self.id,
        }


def begin(sign_in: SignIn, person: Person) -> Session:
    """He has proved who he is just now."""
    return Session(person, sign_in.timestamp(), str(uuid.uuid4()))


def from_cookie(sign_in: SignIn, request: Request) -> Session | None:
    """The session that the browser remembers."""
    return _unsealed(sign_in, "cookie", request.cookie(COOKIE) or "")


def from_page(sign_in: SignIn, sealed: str) -> Session | None:
    """The session that a page's form brings back."""
    return _unsealed(sign_in, "signed-in", sealed)


def for_page(sign_in: SignIn, session: Session) -> str:
    return sign_in.minter.seal("signed-in", session.content())


def cookie(sign_in: SignIn, session: Session) -> tuple[str, str]:
    """The header that lets the browser remember the session."""
    sealed = sign_in.minter.seal("cookie", session.content())
    return "Set-Cookie", f"{COOKIE}={sealed}; Path=/; HttpOnly; SameSite=Lax"


def forget_cookie() -> tuple[str, str]:
    return "Set-Cookie", f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly"


def _unsealed(sign_in: SignIn, purpose: str, sealed: str) -> Session | None:
    kept = sign_in.minter.unseal(purpose, sealed)
    if kept is None or "auth_time" not in kept:
        return None
    directory = sign_in.world.directory(kept["tid"])
    user = directory.get(kept["oid"]) if directory else None
    if directory is None or user is None or admission.is_revoked(user, kept["auth_time"]):
        return None
    return Session(Person(directory, user), kept["auth_time"], kept["sid"])
