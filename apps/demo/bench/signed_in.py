"""Somebody who has signed in, without the way there."""

from __future__ import annotations

from typing import Any

from django.test import Client


def signed_in(user: Any) -> Client:
    """A browser's session of theirs, with its second factor; nobody's for None."""
    from allauth.usersessions.models import UserSession

    from apps.access.signin import sessions

    client = Client(SERVER_NAME="localhost")
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        sessions.begin(session, through="local", confirmed=True, has_factor=True)
        session.save()
        UserSession.objects.create(user=user, ip="127.0.0.1", session_key=session.session_key)
    return client
