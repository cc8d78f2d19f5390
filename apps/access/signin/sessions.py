"""Sessions: how long they last, what is kept in them, how they end.

https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html
"""

from collections.abc import Iterable, MutableMapping
from typing import Any, Literal

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest

from apps.access.models import User
from apps.access.signin.requests import address_of
from apps.access.signin.session_store import SessionStore
from apps.core import clock

Through = Literal["local", "entra"]

# Keys of the session. Times are Unix seconds.
SIGNED_IN_AT = "holdfast_signed_in_at"
SEEN_AT = "holdfast_seen_at"
CONFIRMED_AT = "holdfast_confirmed_at"
THROUGH = "holdfast_through"
HAS_FACTOR = "holdfast_has_factor"
ENTRA_IDENTITY = "holdfast_entra_identity"

# A request within this many seconds of the last one noted is not noted again.
_NOTE_EVERY = 60.0


def begin(
    session: MutableMapping[str, Any], *, through: Through, confirmed: bool, has_factor: bool
) -> None:
    """Note in a session that somebody has just signed in.

    confirmed: he has just proved who he is by more than being remembered. has_factor: he needs
    not be led to set up a second one.
    """
    now = clock.now().timestamp()
    session[SIGNED_IN_AT] = session[SEEN_AT] = now
    session[THROUGH] = through
    session[HAS_FACTOR] = has_factor
    if confirmed:
        session[CONFIRMED_AT] = now
    else:
        session.pop(CONFIRMED_AT, None)


def is_over(request: HttpRequest) -> bool:
    """Whether the session is older than sessions may get, or was left alone for too long."""
    now = clock.now().timestamp()
    signed_in_at = float(request.session.setdefault(SIGNED_IN_AT, now))
    seen_at = float(request.session.get(SEEN_AT, now))
    is_old = now - signed_in_at > float(settings.HOLDFAST_SESSION_SECONDS)
    return is_old or now - seen_at > float(settings.HOLDFAST_SESSION_IDLE_SECONDS)


def note_use(request: HttpRequest) -> None:
    """Keep when and from where the session was used last, to the minute."""
    now = clock.now()
    if now.timestamp() - float(request.session.get(SEEN_AT, 0)) < _NOTE_EVERY:
        return
    request.session[SEEN_AT] = now.timestamp()
    UserSession.objects.filter(session_key=request.session.session_key).update(
        last_seen_at=now, ip=address_of(request)
    )


def rotate(request: HttpRequest) -> None:
    """Give the session a new key, so that one that leaked before is worth nothing."""
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


def sessions_of(user: User) -> list[UserSession]:
    """The person's sessions that are alive, the last used first."""
    alive = UserSession.objects.purge_and_list(user)
    return sorted(alive, key=lambda session: session.last_seen_at, reverse=True)


def end_others(request: HttpRequest, user: User) -> int:
    """End all the person's sessions but this one; returns how many."""
    others = UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key)
    return end(others)


def end_all(user: User) -> int:
    """End all the person's sessions; returns how many."""
    return end(UserSession.objects.filter(user=user))


def end(sessions: Iterable[UserSession]) -> int:
    """End these sessions: their cookies open nothing from now on."""
    ended = 0
    for session in sessions:
        SessionStore().delete(session.session_key)
        session.delete()
        ended += 1
    return ended
