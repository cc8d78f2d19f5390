"""The functions that policies ask: once in a statement, as (select function()).

Those that read tables run as the owner (SECURITY DEFINER), for whom the policies hold no row
back, so that a policy never runs into itself. They take no argument: what they give depends on
the settings of the session alone. PL/pgSQL keeps their plans for the whole session.
"""

from __future__ import annotations

from apps.core.scope import FEW
from apps.core.walls.reach import Reach, fragments

# So many ids are compared one by one; more are put into a hash table.
_FEW_CHARACTERS = FEW * 37

EVERY_TENANT = "holdfast_every_tenant()"
PERSON = "holdfast_person()"

_SETTINGS = f"""
create or replace function holdfast_every_tenant() returns boolean
language plpgsql stable parallel safe as $body$
begin
    return coalesce(current_setting('holdfast.tenant_ids', true) = '*', false);
end
$body$;
create or replace function holdfast_few_tenants() returns uuid[]
language plpgsql stable parallel safe as $body$
declare
    told text := current_setting('holdfast.tenant_ids', true);
begin
    if told = '*' or octet_length(told) > {_FEW_CHARACTERS} or strpos(told, '/') > 0 then
        return null;
    end if;
    return ('{{' || coalesce(told, '') || '}}')::uuid[];
end
$body$;
create or replace function holdfast_whole_msps() returns uuid[]
language plpgsql stable parallel safe as $body$
declare
    told text := current_setting('holdfast.tenant_ids', true);
begin
    return ('{{' || split_part(told, '/', 2) || '}}')::uuid[];
end
$body$;
create or replace function holdfast_person() returns uuid
language plpgsql stable parallel safe as $body$
begin
    return nullif(current_setting('holdfast.user_id', true), '')::uuid;
end
$body$;
"""

_DEFINER = "stable parallel safe security definer set search_path = pg_catalog, pg_temp"

_TENANTS_AND_MSPS = """
create or replace function holdfast_many_tenants() returns setof uuid
language plpgsql DEFINER as $body$
declare
    told text := current_setting('holdfast.tenant_ids', true);
    msps uuid[];
begin
    if strpos(told, '/') > 0 then
        msps := public.holdfast_whole_msps();
        return query
            select id from public.tenants_tenant where msp_id = any (msps) and state <> 'removed';
        told := split_part(told, '/', 1);
    elsif octet_length(told) <= FEW_CHARACTERS then
        return;
    end if;
    if told <> '' then
        return query select unnest(('{' || told || '}')::uuid[]);
    end if;
end
$body$;
create or replace function holdfast_scope_msps() returns uuid[]
language plpgsql DEFINER as $body$
declare
    few uuid[] := public.holdfast_few_tenants();
begin
    if few = '{}' then
        return few;
    elsif few is not null then
        return array(select distinct msp_id from public.tenants_tenant where id = any (few));
    end if;
    return array(
        select distinct msp_id from public.tenants_tenant
        where id in (select public.holdfast_many_tenants())
    );
end
$body$;
create or replace function holdfast_person_tenants() returns setof uuid
language plpgsql DEFINER as $body$
declare
    whole uuid[] := public.holdfast_person_whole_msps();
begin
    return query
        select unnest(public.holdfast_person_named_tenants())
        union
        select id from public.tenants_tenant where msp_id = any (whole);
end
$body$;
create or replace function holdfast_seen_msps() returns uuid[]
language plpgsql DEFINER as $body$
declare
    named uuid[] := public.holdfast_person_named_tenants();
begin
    if named = '{}' then
        return public.holdfast_scope_msps();
    end if;
    return public.holdfast_scope_msps() || array(
        select distinct msp_id from public.tenants_tenant where id = any (named)
    );
end
$body$;
""".replace("DEFINER", _DEFINER).replace("FEW_CHARACTERS", str(_FEW_CHARACTERS))


def functions(tables: frozenset[str]) -> str:
    """SQL that makes all of them anew. tables: which exist in the database."""
    said = _SETTINGS
    for name, reach in (
        ("holdfast_person_msps", Reach.MSPS),
        ("holdfast_person_whole_msps", Reach.WHOLE_MSPS),
        ("holdfast_person_named_tenants", Reach.TENANTS),
    ):
        said += _reached(name, fragments(reach, tables))
    return said + (_TENANTS_AND_MSPS if "tenants_tenant" in tables else "")


def _reached(name: str, queries: list[str]) -> str:
    union = "\n        union\n        ".join(queries) or "select null::uuid where false"
    return f"""
create or replace function {name}() returns uuid[]
language plpgsql {_DEFINER} as $body$
declare
    person uuid := public.holdfast_person();
begin
    if person is null then
        return '{{}}';
    end if;
    return array(
        {union}
    );
end
$body$;
"""
