"""Django's sessions in the database, read together with the person whose they are.

SESSION_ENGINE names this module. Every request of somebody signed in begins with both, so that they
are one statement; whoever is in the session says the session itself (see held_by).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from apps.access.models import User

_FOUND = """
select s.session_data, s.expire_date, {columns} from django_session s
left join usersessions_usersession of_person on of_person.session_key = s.session_key
left join access_user owner on owner.id = of_person.user_id
where s.session_key = %s and s.expire_date > %s
"""


class SessionStore(db.SessionStore):
    """As Django's; `owner` is the person of the session, None where it is not known to be one's."""

    owner: User | None = None

    def _get_session_from_db(self) -> Any:
        """The session that is not over, None where there is none. One query."""
        fields = User._meta.concrete_fields
        columns = ", ".join(f"owner.{field.column}" for field in fields)
        with connection.cursor() as cursor:
            cursor.execute(_FOUND.format(columns=columns), (self.session_key, timezone.now()))
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return None
        data, ends, *values = found
        names = [field.attname for field in fields]
        if values[names.index("id")] is not None:
            self.owner = User.from_db(connection.alias, names, values)
        return Session(session_key=self.session_key or "", session_data=data, expire_date=ends)


def held_by(session: Any) -> User | None:
    """The person whom a session proves, if he came with it; None leaves the question to Django.

    All that Django asks holds: the session names this person and a way in that there still is, he
    may sign in, and his password is the one that the session began with.
    """
    named = session.get(SESSION_KEY)
    owner = getattr(session, "owner", None)
    if owner is None or str(owner.pk) != named or not owner.is_active:
        return None
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    begun_with = session.get(HASH_SESSION_KEY, "")
    return owner if constant_time_compare(begun_with, owner.get_session_auth_hash()) else None
