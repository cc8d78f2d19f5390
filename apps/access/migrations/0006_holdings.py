"""The ways by which somebody holds roles, as one function (see apps.access.ways)."""

from django.db import migrations

# It runs with the rights of whoever asks, so row-level security holds in it. PL/pgSQL keeps the
# plans of its queries for the whole session: planning them costs more than running them.
CREATE = """
create function holdfast_holdings(person uuid, at timestamptz)
returns table (tenant_id uuid, msp_id uuid, name text)
language plpgsql stable parallel safe rows 20 as $body$
#variable_conflict use_column
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
end
$body$
"""
DROP = "drop function holdfast_holdings(uuid, timestamptz)"


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_invitation_cloud"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunSQL(CREATE, DROP)]
