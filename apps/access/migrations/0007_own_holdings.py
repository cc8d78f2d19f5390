"""What a person holds himself is asked with the owner's rights (see apps.access.ways).

Row-level security shows a person his own rows in any case, and took most of the time: every page
asks what its person may do. Whoever the session does not work for is asked about as before.
"""

from django.db import migrations

HOLDINGS = """
    declare
        of_the_platform boolean := (
            select is_operator from public.access_user where id = person and is_active
        );
    begin
        if of_the_platform then
            return query
            select tenant_id, msp_id, 'support-session'
            from public.access_supportsession
            where operator_id = person and ended_at is null and starts_at <= at and ends_at > at;
        elsif not of_the_platform then
            return query
            select held.content_object_id, null::uuid, permission.codename::text
            from public.access_tenantpermission held
            join public.auth_permission permission on permission.id = held.permission_id
            where held.user_id = person
            union all
            select null, held.content_object_id, permission.codename
            from public.access_msppermission held
            join public.auth_permission permission on permission.id = held.permission_id
            where held.user_id = person;
            return query
            select null::uuid, a_group.msp_id, unnest(a_group.roles)::text
            from public.access_membership membership
            join public.access_groupmember member on member.membership_id = membership.id
            join public.access_accessgroup a_group on a_group.id = member.group_id
            where membership.user_id = person and a_group.covers_all;
            return query
            select tagged.tenant_id, null::uuid, unnest(a_group.roles)::text
            from public.access_membership membership
            join public.access_groupmember member on member.membership_id = membership.id
            join public.access_accessgroup a_group on a_group.id = member.group_id
            join public.access_grouptag covered on covered.group_id = a_group.id
            join public.tenants_tenanttag tagged on tagged.tag_id = covered.tag_id
            where membership.user_id = person and not a_group.covers_all;
        end if;
    end;
"""
# The session says who the person is, so the function tells nobody of anybody else.
OWN = """
create function holdfast_own_holdings(at timestamptz)
returns table (tenant_id uuid, msp_id uuid, name text)
language plpgsql stable parallel safe rows 20
security definer set search_path = pg_catalog, pg_temp as $body$
#variable_conflict use_column
declare
    person uuid := public.holdfast_person();
begin
    if person is null then
        return;
    end if;
    HOLDINGS
end
$body$
""".replace("HOLDINGS", HOLDINGS)
ALL = """
create or replace function holdfast_holdings(person uuid, at timestamptz)
returns table (tenant_id uuid, msp_id uuid, name text)
language plpgsql stable parallel safe rows 20 as $body$
#variable_conflict use_column
begin
    if person = public.holdfast_person() then
        return query select * from public.holdfast_own_holdings(at);
        return;
    end if;
    HOLDINGS
end
$body$
""".replace("HOLDINGS", HOLDINGS)
# A page of one tenant is entered by one question: the row, and all that the person has there.
# Nothing is given to whom holds nothing.
DOOR = """
create function holdfast_door(wanted uuid, at timestamptz)
returns table (tenant public.tenants_tenant, held text[])
language plpgsql stable parallel safe rows 1
security definer set search_path = pg_catalog, pg_temp as $body$
begin
    select * into tenant from public.tenants_tenant where id = wanted and state <> 'removed';
    if tenant.id is null then
        return;
    end if;
    held := array(
        select distinct own.name from public.holdfast_own_holdings(at) own
        where own.tenant_id = wanted or own.msp_id = tenant.msp_id
    );
    if held <> '{}' then
        return next;
    end if;
end
$body$
"""
DROP = [
    "drop function holdfast_door(uuid, timestamptz)",
    "drop function holdfast_own_holdings(timestamptz)",
]
ALL_BEFORE = """
create or replace function holdfast_holdings(person uuid, at timestamptz)
returns table (tenant_id uuid, msp_id uuid, name text)
language plpgsql stable parallel safe rows 20 as $body$
#variable_conflict use_column
begin
    HOLDINGS
end
$body$
""".replace("HOLDINGS", HOLDINGS)


class Migration(migrations.Migration):
    dependencies = [("access", "0006_holdings")]

    operations = [migrations.RunSQL([OWN, ALL, DOOR], [ALL_BEFORE, *DROP])]
