"""The copied audit entries that name certain objects, by the index that is made for it.

`&&` on arrays is not leakproof, so under row-level security PostgreSQL asks it only of rows that
the wall let pass, and never of the index. The function asks with the owner's rights, of one tenant,
which has to be in the session's scope.
"""

from django.db import migrations

CREATE = """
create function holdfast_events_naming(
    wanted uuid, objects text[], since timestamptz, until timestamptz
) returns setof varchar
language plpgsql stable parallel safe rows 100
security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan
as $body$
begin
    if wanted = any (public.holdfast_few_tenants())
        or public.holdfast_every_tenant()
        or wanted in (select public.holdfast_many_tenants())
    then
        return query
            select event_id from public.history_auditevent
            where tenant_id = wanted and target_ids && objects::varchar[]
                and at >= since and at <= until;
    end if;
end
$body$
"""
DROP = "drop function holdfast_events_naming(uuid, text[], timestamptz, timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("history", "0014_sealed_reasons")]

    operations = [migrations.RunSQL(CREATE, DROP)]
