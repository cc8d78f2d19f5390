"""What follows when a second factor is set up or removed: a record, and the end of other sessions.

Connected to the saving and deleting of the row, so that all of it is one transaction.
"""

from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest

from apps.access.models import User
from apps.access.signin import factors, sessions, trail


def on_factor_saved(*, instance: Authenticator, created: bool, **_: Any) -> None:
    """Receiver of post_save."""
    if created:
        _changed(instance, "second_factor.added")


def on_factor_deleted(*, instance: Authenticator, **_: Any) -> None:
    """Receiver of post_delete."""
    _changed(instance, "second_factor.removed")


@transaction.atomic
def _changed(factor: Authenticator, event: str) -> None:
    request: HttpRequest | None = context.request
    if request is None or not isinstance(request.user, User):
        # By the console or a service, which records what it does itself.
        return
    if factor.type in factors.TYPES:
        sessions.end_others(request, request.user)
        request.session[sessions.HAS_FACTOR] = factors.has_second_factor(request.user)
    trail.record(request, factor.user, event, factor=str(factor.type))
