from django.db import migrations

# A pin that was released before its snapshot was pruned is a record, and comes back with a
# restored tenant. Only a pin in force has to be refused.
_REFUSE = """
create or replace function history_refuse_pin_on_pruned() returns trigger
language plpgsql as $body$
begin
    perform from public.history_snapshot
    where tenant_id = new.tenant_id and id = new.snapshot_id for share;
    if {condition} exists (
        select from public.history_prunedsnapshot
        where tenant_id = new.tenant_id and snapshot_id = new.snapshot_id
    ) then
        raise exception 'a pruned snapshot cannot be pinned'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end
$body$;
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0017_unsupported_cloud")]

    operations = [
        migrations.RunSQL(
            _REFUSE.format(condition="new.released_at is null and"), _REFUSE.format(condition="")
        ),
    ]
