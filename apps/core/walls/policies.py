"""The policies of one table, worded from its way to a tenant.

What does not depend on the row is in a (select ...), which PostgreSQL evaluates once in a statement
and only when a row asks for it. Each of them takes time to plan, so there are few; what is cheap or
hardly ever asked is a plain function. holdfast_few_tenants() is null where the scope is no short
list; only then are every tenant and the hash table of a long list asked for. A long setting is
copied each time a function reads it, so no function that reads it is asked row by row.
"""

from __future__ import annotations

from apps.core.walls.functions import EVERY_TENANT, PERSON
from apps.core.walls.ways import MSP, TENANT, Parent, Way

_SCOPE_MSPS = "any ((select holdfast_scope_msps())::uuid[])"
_MSPS_OF_SCOPE = "any ((select holdfast_whole_msps())::uuid[])"
_PERSON_MSPS = "any ((select holdfast_person_msps())::uuid[])"
_WHOLE_MSPS = "any ((select holdfast_person_whole_msps())::uuid[])"
_NAMED_TENANTS = "any ((select holdfast_person_named_tenants())::uuid[])"
_SEEN_MSPS = "any ((select holdfast_seen_msps())::uuid[])"


def policies(way: Way) -> dict[str, str]:
    """The policies of a way's table by name, each as the part after `create policy NAME on T`."""
    if way.label == TENANT:
        return {"holdfast_wall": _both(_sees_tenant(), _keeps_tenant())}
    if way.label == MSP:
        return {
            "holdfast_wall": _both(_or(EVERY_TENANT, f"id = {_PERSON_MSPS}")),
            "holdfast_sight": f"for select using (id = {_SEEN_MSPS})",
        }
    said = {"holdfast_wall": _both(_rule(way))}
    if way.msp and not way.tenant:
        said["holdfast_sight"] = f"for select using ({way.msp} = {_SCOPE_MSPS})"
    if way.owner:
        said["holdfast_own"] = f"for select using ({way.owner} = {PERSON})"
    return said


def _rule(way: Way) -> str:
    if way.parents:
        there = " and ".join(_there(way.table, parent) for parent in way.parents)
        return _or(EVERY_TENANT, there)
    by_msp = f"{way.msp} = {_PERSON_MSPS}"
    if not way.tenant:
        return _or(EVERY_TENANT, by_msp)
    by_tenant = _in_scope(way.tenant)
    if way.about_people:
        by_tenant = _or(by_tenant, f"{way.tenant} in (select holdfast_person_tenants())")
    if way.msp:
        without = _or(EVERY_TENANT, by_msp)
        return f"case when {way.tenant} is null then {without} else {by_tenant} end"
    return by_tenant


def _in_scope(column: str, *, msp: str = "") -> str:
    few = f"{column} = any ((select holdfast_few_tenants())::uuid[])"
    many = f"{column} in (select holdfast_many_tenants())"
    if msp:  # sooner asked than a thousand tenants are listed
        many = f"{msp} = {_MSPS_OF_SCOPE} or {many}"
    return f"coalesce({few}, (select {EVERY_TENANT}) or {many}, false)"


def _sees_tenant() -> str:
    in_scope = _in_scope("id", msp="msp_id")
    return _or(in_scope, f"msp_id = {_WHOLE_MSPS}", f"id = {_NAMED_TENANTS}")


def _keeps_tenant() -> str:
    """Whoever reaches a tenant may change it, but not give it to an MSP that he does not reach."""
    kept = f"({_in_scope('id', msp='msp_id')}) and msp_id = {_SCOPE_MSPS}"
    return _or(EVERY_TENANT, f"msp_id = {_WHOLE_MSPS}", kept)


def _there(table: str, parent: Parent) -> str:
    """Whether the row named is one that the session sees: its own table's policies say so."""
    column = f"{table}.{parent.column}"
    found = f"exists (select from {parent.table} p where p.{parent.key} = {column})"
    return f"({column} is null or {found})" if parent.optional else found


def _or(*conditions: str) -> str:
    return " or ".join(f"({condition})" for condition in conditions)


def _both(using: str, check: str = "") -> str:
    return f"using ({using}) with check ({check or using})"
