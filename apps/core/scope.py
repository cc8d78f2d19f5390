"""Which tenants' rows the running code may touch. Without a scope: none, and an error.

The scope lives in a context variable: a new thread starts without one, on purpose. The same
scope is told to PostgreSQL as the setting holdfast.tenant_ids (see scope_connection).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db import models

M = TypeVar("M", bound=models.Model, covariant=True)


class ScopeError(Exception):
    """Code touched tenants' rows without a scope, or outside the one it has: a mistake of ours."""


@dataclass(frozen=True, slots=True)
class Scope:
    """tenant_ids None means every tenant; `reason` then says why that was needed."""

    tenant_ids: frozenset[UUID] | None
    reason: str = ""

    def setting(self) -> str:
        """The scope as PostgreSQL sees it: "*", or ids separated by commas."""
        if self.tenant_ids is None:
            return "*"
        return ",".join(sorted(str(tenant_id) for tenant_id in self.tenant_ids))


_scope: ContextVar[Scope | None] = ContextVar("holdfast_scope", default=None)


def current() -> Scope | None:
    """The scope of the running code, None when it has none."""
    return _scope.get()


@contextmanager
def tenant_scope(*tenant_ids: UUID) -> Iterator[None]:
    """Inside the block only rows of these tenants exist.

    A scope inside a scope can only narrow: ScopeError for a tenant that the outer one lacks.
    """
    wanted = frozenset(tenant_ids)
    outer = _scope.get()
    if outer is not None and outer.tenant_ids is not None and not wanted <= outer.tenant_ids:
        raise ScopeError("a scope can only be narrowed, and the outer one lacks a tenant named")
    with _entered(Scope(wanted)):
        yield


@contextmanager
def no_scope(reason: str) -> Iterator[None]:
    """Inside the block rows of every tenant exist. For the system's own housekeeping alone."""
    if not reason:
        raise ScopeError("leaving the scope needs a reason")
    with _entered(Scope(None, reason)):
        yield


@contextmanager
def _entered(scope: Scope) -> Iterator[None]:
    token: Token[Scope | None] = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


def required() -> Scope:
    """The current scope; ScopeError when there is none."""
    scope = _scope.get()
    if scope is None:
        raise ScopeError("rows of tenants were asked for without a scope")
    return scope


class ScopedQuerySet(models.QuerySet[M]):
    """Refuses to insert rows of tenants outside the scope."""

    def create(self, **kwargs: Any) -> M:
        _check_inside([self.model(**kwargs)])
        return super().create(**kwargs)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[M]:
        rows = list(objs)
        _check_inside(rows)
        return super().bulk_create(rows, *args, **kwargs)


def _check_inside(rows: Iterable[models.Model]) -> None:
    allowed = required().tenant_ids
    if allowed is None:
        return
    for row in rows:
        tenant_id = getattr(row, "tenant_id", None)
        if tenant_id is not None and tenant_id not in allowed:
            raise ScopeError(f"a row of {type(row).__name__} is outside the scope")


class ScopedManager(models.Manager[M]):
    """A manager that raises ScopeError without a scope and otherwise shows its tenants' rows.

    path: how to get from the row to the tenant's id ("tenant_id", "snapshot__tenant_id").
    """

    def __init__(self, path: str = "tenant_id") -> None:
        super().__init__()
        self.path = path

    def get_queryset(self) -> ScopedQuerySet[M]:
        scope = required()
        rows: ScopedQuerySet[M] = ScopedQuerySet(self.model, using=self._db)
        if scope.tenant_ids is None:
            return rows
        return rows.filter(**{f"{self.path}__in": scope.tenant_ids})
