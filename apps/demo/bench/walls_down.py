"""The portal without its walls, to measure what they cost. For a throw-away database alone.

What is left out: row-level security (a role with BYPASSRLS, told no scope), the filter of the
scoped managers, and asking for rights at the doors: the tenant in the address is fetched by its
id, and the list of tenants is that of the person's MSP. What stays on both sides: the session, the
sign-in's own checks, and every query of the page itself, those that colour a button included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

from apps.access import rights, selectors
from apps.core import scope
from apps.tenants.models import MSP, Tenant

OPEN_ROLE = "holdfast_without_walls"


def open_connection(admin: str, database: str) -> BaseDatabaseWrapper:
    """A connection that row-level security does not hold back, and that is told no scope."""
    with psycopg.connect(admin, dbname=database, autocommit=True) as superuser:
        known = superuser.execute("select from pg_roles where rolname = %s", [OPEN_ROLE])
        if known.fetchone() is None:
            superuser.execute(f"create role {OPEN_ROLE} login bypassrls in role holdfast_app")
    wrapper: BaseDatabaseWrapper = connections["default"].copy()
    wrapper.settings_dict = {**wrapper.settings_dict, "USER": OPEN_ROLE}
    wrapper.ensure_connection()
    wrapper.execute_wrappers.clear()
    return wrapper


@contextmanager
def walls_down(wrapper: BaseDatabaseWrapper) -> Iterator[None]:
    """Answer requests in the block without walls."""
    with_walls = connections["default"]
    connections["default"] = wrapper
    try:
        with _replaced():
            yield
    finally:
        connections["default"] = with_walls


@contextmanager
def _replaced() -> Iterator[None]:
    replacements: tuple[tuple[Any, str, Callable[..., Any]], ...] = (
        (selectors, "access_tenant", _tenant),
        (selectors, "enter_tenant", lambda *of: (_tenant(*of), frozenset(rights.RIGHTS))),
        (selectors, "tenants_of", _tenants),
        (selectors, "reached_by", _reached),
        (selectors, "access_msp", lambda user, msp_id, *_, **__: _all(MSP).get(pk=msp_id)),
        (selectors, "rights_on_tenant", lambda *_, **__: frozenset(rights.RIGHTS)),
        (selectors, "rights_on_msp", lambda *_, **__: frozenset(rights.RIGHTS)),
        (scope.ScopedManager, "get_queryset", lambda manager: scope.ScopedQuerySet(manager.model)),
        (scope.ReachedManager, "get_queryset", lambda manager: QuerySet(manager.model)),
    )
    before = [(where, name, getattr(where, name)) for where, name, _ in replacements]
    for where, name, other in replacements:
        setattr(where, name, other)
    try:
        yield
    finally:
        for where, name, own in before:
            setattr(where, name, own)


def _reached(user: Any, *_: Any, **__: Any) -> selectors.Reached:
    rows = _tenants(user)
    named = [selectors.Named(one.pk, one.msp_id, one.name) for one in rows]
    return selectors.Reached(named, frozenset(), rows)


def _all(model: type[Any]) -> QuerySet[Any]:
    return QuerySet(model)


def _tenant(user: Any, tenant_id: UUID, *_: Any, **__: Any) -> Any:
    """In plain SQL, as the door does it: what that saves is no merit of the walls."""
    names = [field.attname for field in Tenant._meta.concrete_fields]
    columns = ", ".join(str(field.column) for field in Tenant._meta.concrete_fields)
    with connections["default"].cursor() as cursor:
        cursor.execute(f"select {columns} from tenants_tenant where id = %s", [tenant_id])  # noqa: S608
        return Tenant.from_db("default", names, cursor.fetchone())


def _tenants(user: Any, *_: Any, **__: Any) -> QuerySet[Any]:
    theirs = _all(Tenant).filter(msp__memberships__user_id=user.pk)
    return theirs.select_related("msp").order_by("name", "id")
