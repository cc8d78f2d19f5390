"""Which tenants' rows the running code may touch. Without a scope: none, and an error.

The scope lives in a context variable: a new thread starts without one, on purpose. PostgreSQL is
told the same (see scope_connection), and holds back what is outside it (see walls).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from django.db import models

M = TypeVar("M", bound=models.Model, covariant=True)
T = TypeVar("T")

# So many tenants are named one by one at the least cost.
FEW = 16


class ScopeError(Exception):
    """Code touched tenants' rows without a scope, or outside the one it has: a mistake of ours."""


@dataclass(frozen=True)
class Scope:
    """tenant_ids None means every tenant; `reason` then says why that was needed.

    msp_ids: MSPs all of whose tenants are among them, but for removed ones. `apart`: the tenants
    of other MSPs; both together say the same as tenant_ids, in fewer words.
    """

    tenant_ids: frozenset[UUID] | None
    reason: str = field(default="", compare=False)
    msp_ids: frozenset[UUID] = frozenset()
    apart: frozenset[UUID] = frozenset()

    @cached_property
    def setting(self) -> str:
        """The scope as PostgreSQL sees it: "*", or ids of tenants separated by commas; with
        msp_ids only those apart, and after a slash the ids of the MSPs."""
        if self.tenant_ids is None:
            return "*"
        if self.msp_ids:
            return f"{_listed(self.apart)}/{_listed(self.msp_ids)}"
        return _listed(self.tenant_ids)


def _listed(ids: frozenset[UUID]) -> str:
    return ",".join(sorted(map(str, ids)))


_scope: ContextVar[Scope | None] = ContextVar("holdfast_scope", default=None)
_person: ContextVar[UUID | None] = ContextVar("holdfast_person", default=None)


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
def msp_scope(
    tenants: Mapping[UUID, UUID], *, whole_msps: Collection[UUID] = frozenset()
) -> Iterator[None]:
    """As tenant_scope, for very many tenants. tenants: the MSP's id of each tenant's.

    whole_msps: the MSPs of which every tenant is named that is not removed. Instead of their
    tenants the MSPs are told to PostgreSQL, and looked up by, which costs the same however many
    tenants they have. A tenant that comes to them within the block is in the scope of PostgreSQL.
    """
    apart = frozenset(tenant for tenant, msp in tenants.items() if msp not in whole_msps)
    msp_ids = frozenset(tenants.values()).intersection(whole_msps)
    if _scope.get() is not None or len(tenants) <= FEW:
        msp_ids = frozenset()
    if not msp_ids:
        with tenant_scope(*tenants):
            yield
        return
    with _entered(Scope(frozenset(tenants), msp_ids=msp_ids, apart=apart)):
        yield


@contextmanager
def person(user_id: UUID) -> Iterator[None]:
    """Inside the block PostgreSQL knows who asks, and shows what concerns him alone.

    That is: which MSPs and tenants he reaches, and who may do what there. Customers' own rows need
    a tenant_scope all the same. Inside another person's block the inner one counts.
    """
    token = _person.set(user_id)
    try:
        yield
    finally:
        _person.reset(token)


def current_person() -> UUID | None:
    """The person on whose behalf the running code asks, None when nobody is known."""
    return _person.get()


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


def streaming(parts: Iterable[T]) -> Iterator[T]:
    """The parts, each of them made in the scope and for the person of this call.

    A generator that is handed out must not hold a scope itself: between two parts it would be the
    scope of whoever consumes it, and a broken download would leave it behind.
    """
    return _each_in(_scope.get(), _person.get(), iter(parts))


def _each_in(scope: Scope | None, user_id: UUID | None, parts: Iterator[T]) -> Iterator[T]:
    while True:
        tokens = _scope.set(scope), _person.set(user_id)
        try:
            part = next(parts)
        except StopIteration:
            return
        finally:
            _scope.reset(tokens[0])
            _person.reset(tokens[1])
        yield part


def required() -> Scope:
    """The current scope; ScopeError when there is none."""
    scope = _scope.get()
    if scope is None:
        raise ScopeError("rows of tenants were asked for without a scope")
    return scope


class ScopedQuerySet(models.QuerySet[M]):
    """Refuses to put rows into tenants outside the scope, or to move any from tenant to tenant."""

    def create(self, **kwargs: Any) -> M:
        _check_inside([self.model(**kwargs)])
        return super().create(**kwargs)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[M]:
        rows = list(objs)
        _check_inside(rows)
        return super().bulk_create(rows, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        _check_stays(kwargs)
        return super().update(**kwargs)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kw: Any) -> int:
        rows, names = list(objs), list(fields)
        _check_stays(names)
        _check_inside(rows)
        return super().bulk_update(rows, names, *args, **kw)

    def update_or_create(
        self,
        defaults: Mapping[str, Any] | None = None,
        create_defaults: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> tuple[M, bool]:
        _check_stays(defaults or {})
        return super().update_or_create(defaults, create_defaults, **kwargs)


def _check_inside(rows: Iterable[models.Model]) -> None:
    allowed = required().tenant_ids
    if allowed is None:
        return
    for row in rows:
        tenant_id = getattr(row, "tenant_id", None)
        if tenant_id is not None and tenant_id not in allowed:
            raise ScopeError(f"a row of {type(row).__name__} is outside the scope")


def _check_stays(names: Iterable[str]) -> None:
    if required().tenant_ids is not None and not {"tenant", "tenant_id"}.isdisjoint(names):
        raise ScopeError("rows do not move from one tenant to another")


def check_saved(sender: type[models.Model], instance: models.Model, **_: Any) -> None:
    """Receiver of pre_save: what a manager refuses to create is not saved by itself either."""
    if isinstance(sender._meta.default_manager, ScopedManager):
        _check_inside([instance])


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
        if len(scope.tenant_ids) == 1:
            return rows.filter(**{self.path: next(iter(scope.tenant_ids))})
        return rows.filter(**{f"{self.path}__{InScope.lookup_name}": scope})


@models.ForeignKey.register_lookup
class InScope(models.Lookup):
    """Whether a key to a tenant is in a scope of many: one parameter however many there are."""

    lookup_name = "in_scope"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        scope: Scope = self.rhs
        if not scope.msp_ids:
            return f"{column} = any (%s::uuid[])", (*params, f"{{{scope.setting}}}")
        # Within coalesce() it stays a set that is looked up, not one more table to order joins of.
        within = f"coalesce({column} in ({_TENANTS_OF_MSPS}), false)"
        msp_ids = f"{{{_listed(scope.msp_ids)}}}"
        if not scope.apart:
            return within, (*params, msp_ids)
        either = f"({within} or {column} = any (%s::uuid[]))"
        return either, (*params, msp_ids, *params, f"{{{_listed(scope.apart)}}}")


_TENANTS_OF_MSPS = (
    "select id from tenants_tenant where msp_id = any (%s::uuid[]) and state <> 'removed'"
)


class ReachedManager(models.Manager[M]):
    """A manager for rows that are asked for before a tenant is chosen: who may do what where.

    It raises ScopeError where neither a scope nor a person is known. Which rows there are then,
    row-level security says (apps.core.walls); what the person may do with them, the rights.
    """

    def get_queryset(self) -> models.QuerySet[M]:
        if _scope.get() is None and _person.get() is None:
            raise ScopeError("rows about who may do what were asked for on nobody's behalf")
        return super().get_queryset()
