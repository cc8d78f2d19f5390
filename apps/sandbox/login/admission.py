"""Whether a person is let in to an application now, and how he proved who he is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from apps.sandbox.login import conditional_access, grants
from apps.sandbox.login.clients import Client
from apps.sandbox.login.credentials import moment
from apps.sandbox.login.errors import LoginError
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record

DISABLED = "disabled"


def user_for_sign_in(directory: Directory, user_id: str, client: Client) -> Record:
    """The user, if he may sign in to this application now.

    Raises:
        LoginError: 50034 for a user who is gone, 50057 for a disabled one, 53003 when blocked,
            50105 without the assignment that the application asks for.
    """
    user = directory.get(user_id)
    if user is None or user.deleted_at is not None:
        raise LoginError(50034, user=user_id, tenant=directory.display_name)
    if user.body.get("accountEnabled") is False:
        raise LoginError(50057)
    conditional_access.refuse_if_blocked(directory, user, client.app_id)
    _check_assigned(client, user)
    return user


def missing_scopes(client: Client, user_id: str, wanted: Iterable[str]) -> frozenset[str]:
    """Wanted Graph scopes that nobody has consented to yet for this user."""
    if client.service_principal is None:
        return frozenset(wanted) | {"openid"}
    held = grants.granted_scopes(
        client.directory, str(client.service_principal.body["id"]), user_id
    )
    return frozenset(wanted) - set(held) - {".default"}


def methods(directory: Directory, user: Record, app_id: str) -> tuple[str, ...]:
    """Claim `amr`: a password, and a second factor where per-user multifactor authentication or a
    policy asks for one. People of a sandbox always have it at hand."""
    by_user = user.body.get("perUserMfaState", DISABLED) != DISABLED
    if by_user or conditional_access.asks_for_second_factor(directory, user, app_id):
        return "pwd", "mfa"
    return ("pwd",)


def is_revoked(user: Record, since: int) -> bool:
    """Whether sessions and refresh tokens from that moment (Unix seconds) are worth nothing now."""
    valid_from = moment(user.body.get("signInSessionsValidFromDateTime"))
    return valid_from is not None and int(valid_from.timestamp()) > since


def check_not_revoked(user: Record, since: int) -> None:
    """Refuse a refresh token from before the user's sessions were revoked.

    Raises:
        LoginError: 50173.
    """
    if is_revoked(user, since):
        issued = dt.datetime.fromtimestamp(since, dt.UTC)
        raise LoginError(
            50173,
            issued=f"{issued:%Y-%m-%dT%H:%M:%S.0000000Z}",
            valid_from=str(user.body.get("signInSessionsValidFromDateTime")),
        )


def _check_assigned(client: Client, user: Record) -> None:
    """https://learn.microsoft.com/entra/identity/enterprise-apps/assign-user-or-group-access-portal"""
    principal = client.service_principal
    if principal is None or not principal.body.get("appRoleAssignmentRequired"):
        return
    if not grants.assignments_to(client.directory, principal.id, user.id):
        name = str(user.body.get("userPrincipalName"))
        raise LoginError(50105, name=client.name, client_id=client.app_id, user=name)
