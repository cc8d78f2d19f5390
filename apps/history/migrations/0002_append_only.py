from django.db import migrations

from apps.core.immutability import refuse_changes

WRITTEN_ONCE = (
    "history_snapshot",
    "history_snapshotcollection",
    "history_objectversion",
    "history_linkversion",
    "history_auditevent",
    "history_shrinkconfirmation",
)

# A trigger that is enabled always also fires for sessions that replay changes
# (session_replication_role = replica), which otherwise skip triggers.
ALWAYS = "\n".join(
    f"alter table {table} enable always trigger {table}_{what};"
    for table in WRITTEN_ONCE
    for what in ("written_once", "not_emptied")
)

# What belongs to a snapshot can only name one of its own tenant.
SAME_TENANT = "\n".join(
    f"alter table {table} add constraint {table}_same_tenant"
    " foreign key (tenant_id, snapshot_id) references history_snapshot (tenant_id, id);"
    for table in ("history_snapshotcollection", "history_shrinkconfirmation")
)
NOT_SAME_TENANT = "\n".join(
    f"alter table {table} drop constraint {table}_same_tenant;"
    for table in ("history_snapshotcollection", "history_shrinkconfirmation")
)

# A snapshot continues its tenant's chain or is refused. It notes the transaction that writes it,
# and versions are taken for its position from that transaction alone: sealed is sealed.
CHAIN = """
alter table history_snapshot add column written_in xid8;

create function history_continue_chain() returns trigger language plpgsql as $body$
declare
    newest record;
begin
    select seq, root into newest from history_snapshot
    where tenant_id = new.tenant_id order by seq desc limit 1;
    if new.seq <> coalesce(newest.seq, 0) + 1
        or new.previous_root <> coalesce(newest.root, decode(repeat('00', 32), 'hex'))
    then
        raise exception 'snapshot % does not continue the chain', new.seq
            using errcode = 'integrity_constraint_violation';
    end if;
    new.written_in := pg_current_xact_id();
    return new;
end
$body$;
create trigger history_snapshot_chain before insert on history_snapshot
    for each row execute function history_continue_chain();
alter table history_snapshot enable always trigger history_snapshot_chain;

create function history_refuse_late_versions() returns trigger language plpgsql as $body$
begin
    if exists (
        select from (select distinct tenant_id, seq from added) a
        where not exists (
            select from history_snapshot s
            where s.tenant_id = a.tenant_id and s.seq = a.seq
                and s.written_in = pg_current_xact_id()
        )
    ) then
        raise exception 'versions belong to a snapshot of their tenant that is being written'
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end
$body$;
create trigger history_objectversion_in_time after insert on history_objectversion
    referencing new table as added
    for each statement execute function history_refuse_late_versions();
alter table history_objectversion enable always trigger history_objectversion_in_time;
create trigger history_linkversion_in_time after insert on history_linkversion
    referencing new table as added
    for each statement execute function history_refuse_late_versions();
alter table history_linkversion enable always trigger history_linkversion_in_time;
"""

NO_CHAIN = """
drop trigger history_linkversion_in_time on history_linkversion;
drop trigger history_objectversion_in_time on history_objectversion;
drop function history_refuse_late_versions;
drop trigger history_snapshot_chain on history_snapshot;
drop function history_continue_chain;
alter table history_snapshot drop column written_in;
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0001_initial")]

    operations = [
        *(refuse_changes(table) for table in WRITTEN_ONCE),
        migrations.RunSQL(ALWAYS, migrations.RunSQL.noop),
        migrations.RunSQL(SAME_TENANT, NOT_SAME_TENANT),
        migrations.RunSQL(CHAIN, NO_CHAIN),
    ]
