from typing import Any

from django.db import migrations

from apps.core.immutability import refuse_changes

ROLE = "holdfast_pruner"

# The role is made by whoever sets the server up: only a superuser, or a role that may, makes roles.
ROLE_IS_THERE = f"""
do $body$ begin
    if not exists (select from pg_roles where rolname = '{ROLE}') then
        raise exception 'the role {ROLE} is missing'
            using hint = 'Let a superuser run: create role {ROLE} nologin; grant {ROLE} to '
                || current_user || ' with inherit false, set true;';
    end if;
end $body$;
"""

# What was written once stays so; only the functions below remove, which run as their owner.
LET_THROUGH = f"""
create function history_refuse_all_but_pruning() returns trigger language plpgsql as $body$
begin
    if tg_op = 'DELETE' and current_user = '{ROLE}' then
        return old;
    end if;
    raise exception 'rows of % are written once: % is refused', tg_table_name, tg_op
        using errcode = 'integrity_constraint_violation';
end
$body$;
create function history_finished_once() returns trigger language plpgsql as $body$
begin
    if tg_op = 'UPDATE' and current_user = '{ROLE}' and old.finished_at is null
        and (to_jsonb(new) - 'finished_at') = (to_jsonb(old) - 'finished_at')
    then
        return new;
    end if;
    raise exception 'rows of % are written once: % is refused', tg_table_name, tg_op
        using errcode = 'integrity_constraint_violation';
end
$body$;
"""


def _trigger(table: str, function: str) -> str:
    return f"""
drop trigger {table}_written_once on {table};
create trigger {table}_written_once before update or delete on {table}
    for each row execute function {function}();
alter table {table} enable always trigger {table}_written_once;
"""


TRIGGERS = "".join(
    (
        _trigger("history_objectversion", "history_refuse_all_but_pruning"),
        _trigger("history_linkversion", "history_refuse_all_but_pruning"),
        _trigger("history_compressiondictionary", "history_refuse_all_but_pruning"),
        _trigger("history_pruning", "history_finished_once"),
        """
alter table history_compressiondictionary
    enable always trigger history_compressiondictionary_not_emptied;
""",
    )
)

# A snapshot is marked as pruned only when its removal is due and nothing holds it. Whoever pins it
# at the same time waits for this transaction, or this one for him. What the same transaction wrote
# is being brought back from a copy, in which it was marked already.
MARKING = """
create function history_check_marking() returns trigger language plpgsql as $body$
declare
    marked record;
    cut record;
begin
    select seq, written_in into marked from public.history_snapshot
    where tenant_id = new.tenant_id and id = new.snapshot_id for update;
    if marked.written_in = pg_current_xact_id() then
        return new;
    end if;
    select low_seq, high_seq, signature into cut from public.history_pruning
    where tenant_id = new.tenant_id and id = new.pruning_id;
    if cut.low_seq is null or octet_length(cut.signature) <> 64
        or not marked.seq between cut.low_seq + 1 and cut.high_seq - 1
    then
        raise exception 'no signed pruning removes snapshot %', marked.seq
            using errcode = 'integrity_constraint_violation';
    end if;
    if not exists (
        select from public.history_snapshot
        where tenant_id = new.tenant_id and seq = cut.high_seq
    ) then
        raise exception 'the newest snapshot is never removed'
            using errcode = 'integrity_constraint_violation';
    end if;
    if exists (
        select from public.history_snapshotpin
        where tenant_id = new.tenant_id and snapshot_id = new.snapshot_id and released_at is null
    ) then
        raise exception 'snapshot % is pinned', marked.seq
            using errcode = 'integrity_constraint_violation';
    end if;
    if not exists (
        select from public.history_removal
        where tenant_id = new.tenant_id and snapshot_id = new.snapshot_id and due_at <= now()
    ) then
        raise exception 'the removal of snapshot % is not due', marked.seq
            using errcode = 'integrity_constraint_violation';
    end if;
    perform public.history_refuse_while_held(new.tenant_id);
    return new;
end
$body$;
create function history_refuse_while_held(p_tenant uuid) returns void language plpgsql as $body$
begin
    if exists (
        select from public.history_legalhold where tenant_id = p_tenant and ended_at is null
    ) then
        raise exception 'a legal hold is in force'
            using errcode = 'integrity_constraint_violation';
    end if;
end
$body$;
create trigger history_prunedsnapshot_allowed before insert on history_prunedsnapshot
    for each row execute function history_check_marking();
alter table history_prunedsnapshot enable always trigger history_prunedsnapshot_allowed;

create function history_refuse_pin_on_pruned() returns trigger language plpgsql as $body$
begin
    perform from public.history_snapshot
    where tenant_id = new.tenant_id and id = new.snapshot_id for share;
    if exists (
        select from public.history_prunedsnapshot
        where tenant_id = new.tenant_id and snapshot_id = new.snapshot_id
    ) then
        raise exception 'a pruned snapshot cannot be pinned'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end
$body$;
create trigger history_snapshotpin_on_kept before insert on history_snapshotpin
    for each row execute function history_refuse_pin_on_pruned();
"""

_DEFINER = "security definer set search_path = pg_catalog, pg_temp"

# One step of a pruning: what goes of the versions at one position. See apps.history.pruning.rules.
REMOVING = f"""
create function history_refuse_to_prune(p_tenant uuid, p_low bigint, p_high bigint) returns void
language plpgsql as $body$
begin
    perform public.history_refuse_while_held(p_tenant);
    if exists (
        select from public.history_snapshot s
        left join public.history_prunedsnapshot g
            on g.tenant_id = s.tenant_id and g.snapshot_id = s.id
        where s.tenant_id = p_tenant and s.seq between p_low and p_high
            and (g.snapshot_id is null) <> (s.seq in (p_low, p_high))
    ) or not exists (
        select from public.history_snapshot where tenant_id = p_tenant and seq = p_high
    ) then
        raise exception 'not everything between snapshots % and % may go', p_low, p_high
            using errcode = 'integrity_constraint_violation';
    end if;
    if exists (
        select from public.history_snapshot s
        join public.history_snapshotpin n
            on n.tenant_id = s.tenant_id and n.snapshot_id = s.id and n.released_at is null
        where s.tenant_id = p_tenant and s.seq > p_low and s.seq < p_high
    ) or exists (
        select from public.history_snapshot s
        join public.history_removal r
            on r.tenant_id = s.tenant_id and r.snapshot_id = s.id and r.due_at > now()
        where s.tenant_id = p_tenant and s.seq > p_low and s.seq < p_high
    ) then
        raise exception 'something between snapshots % and % is pinned or not due', p_low, p_high
            using errcode = 'integrity_constraint_violation';
    end if;
end
$body$;

create function history_pruning_to_go_on_with(p_pruning uuid)
returns public.history_pruning language plpgsql as $body$
declare
    found_one public.history_pruning;
begin
    select * into found_one from public.history_pruning where id = p_pruning;
    if found_one.id is null or found_one.finished_at is not null
        or octet_length(found_one.signature) <> 64
    then
        raise exception 'there is no signed pruning to go on with'
            using errcode = 'integrity_constraint_violation';
    end if;
    return found_one;
end
$body$;

create function history_prune(p_pruning uuid, p_seq bigint) returns bigint
language plpgsql {_DEFINER} as $body$
declare
    p public.history_pruning := public.history_pruning_to_go_on_with(p_pruning);
    objects bigint;
    links bigint;
begin
    perform public.history_refuse_to_prune(p.tenant_id, p.low_seq, p.high_seq);
    if not p_seq between p.low_seq + 1 and p.high_seq - 1 then
        raise exception 'position % is not between % and %', p_seq, p.low_seq, p.high_seq
            using errcode = 'integrity_constraint_violation';
    end if;
    delete from public.history_objectversion v
    where v.tenant_id = p.tenant_id and v.seq = p_seq
        and exists (
            select from public.history_objectversion n
            where n.tenant_id = v.tenant_id and n.kind = v.kind and n.object_id = v.object_id
                and n.seq > v.seq and n.seq <= p.high_seq
        )
        and (v.body is null or exists (
            select from public.history_objectversion n
            where n.tenant_id = v.tenant_id and n.kind = v.kind and n.object_id = v.object_id
                and n.seq > v.seq and n.seq <= p.high_seq and n.body is not null
        ))
        and (
            v.state = 'present'
            or exists (
                select from public.history_objectversion n
                where n.tenant_id = v.tenant_id and n.kind = v.kind and n.object_id = v.object_id
                    and n.seq > v.seq and n.seq <= p.high_seq and n.state = 'present'
            )
            or 'present' <> coalesce((
                select o.state from public.history_objectversion o
                where o.tenant_id = v.tenant_id and o.kind = v.kind and o.object_id = v.object_id
                    and o.seq > p.low_seq and o.seq < v.seq
                order by o.seq desc limit 1
            ), 'present')
        );
    get diagnostics objects = row_count;
    delete from public.history_linkversion v
    where v.tenant_id = p.tenant_id and v.seq = p_seq
        and exists (
            select from public.history_linkversion n
            where n.tenant_id = v.tenant_id and n.link = v.link and n.source_id = v.source_id
                and n.target_id = v.target_id and n.seq > v.seq and n.seq <= p.high_seq
        );
    get diagnostics links = row_count;
    return objects + links;
end
$body$;

create function history_finish_pruning(p_pruning uuid) returns void
language plpgsql {_DEFINER} as $body$
declare
    p public.history_pruning := public.history_pruning_to_go_on_with(p_pruning);
begin
    if p.object_versions <> (
        select count(*) from public.history_objectversion
        where tenant_id = p.tenant_id and seq > p.low_seq and seq <= p.high_seq
    ) or p.link_versions <> (
        select count(*) from public.history_linkversion
        where tenant_id = p.tenant_id and seq > p.low_seq and seq <= p.high_seq
    ) then
        raise exception 'what remains between snapshots % and % is not what was signed',
            p.low_seq, p.high_seq using errcode = 'integrity_constraint_violation';
    end if;
    update public.history_pruning set finished_at = clock_timestamp() where id = p.id;
end
$body$;

create function history_prune_dictionary(p_tenant uuid, p_kind text, p_number integer)
returns boolean language plpgsql {_DEFINER} as $body$
begin
    if p_number >= (
        select max(number) from public.history_compressiondictionary
        where tenant_id = p_tenant and kind = p_kind
    ) or exists (
        select from public.history_objectversion
        where tenant_id = p_tenant and kind = p_kind and length(body) > 2
            and get_byte(body, 1) * 256 + get_byte(body, 2) = p_number
    ) then
        return false;
    end if;
    delete from public.history_compressiondictionary
    where tenant_id = p_tenant and kind = p_kind and number = p_number;
    return found;
end
$body$;
"""  # noqa: S608 - put together from the parts above

_FUNCTIONS = (
    "history_prune(uuid, bigint)",
    "history_finish_pruning(uuid)",
    "history_prune_dictionary(uuid, text, integer)",
)

OWNED = f"""
grant usage, create on schema public to {ROLE};
grant select, delete on history_objectversion, history_linkversion, history_compressiondictionary
    to {ROLE};
grant select on history_snapshot, history_prunedsnapshot, history_snapshotpin, history_legalhold,
    history_removal to {ROLE};
grant select, update on history_pruning to {ROLE};
{"".join(f"alter function {name} owner to {ROLE};" for name in _FUNCTIONS)}
revoke create on schema public from {ROLE};
"""  # noqa: S608 - put together from the parts above


class Migration(migrations.Migration):
    dependencies: list[Any] = [("history", "0011_identity")]

    operations = [
        migrations.RunSQL(ROLE_IS_THERE, migrations.RunSQL.noop),
        refuse_changes("history_compressiondictionary"),
        migrations.RunSQL(LET_THROUGH + TRIGGERS),
        migrations.RunSQL(MARKING + REMOVING + OWNED),
    ]
