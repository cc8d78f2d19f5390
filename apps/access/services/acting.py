"""How every service about people runs: in one transaction, for the one who acts."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from apps.core import scope
from apps.core.actor import Actor

P = ParamSpec("P")
R = TypeVar("R")


def acting(service: Callable[P, R]) -> Callable[P, R]:
    """Run the service in a transaction that reaches what its keyword argument `actor` reaches."""

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with reach_of(kwargs["actor"]), transaction.atomic():
            return service(*args, **kwargs)

    return run


def reach_of(actor: Any) -> AbstractContextManager[None]:
    """The scope of a person, or of the system that sets up an installation."""
    if isinstance(actor, Actor) and actor.user_id is not None:
        return scope.person(actor.user_id)
    return scope.no_scope("the installation is set up")
