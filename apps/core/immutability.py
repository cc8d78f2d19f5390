"""Migration operations that make PostgreSQL itself refuse to change rows."""

from django.db.migrations import RunSQL

_FUNCTION = """
create or replace function holdfast_refuse_change() returns trigger language plpgsql as $body$
begin
    raise exception 'rows of % are written once: % is refused', tg_table_name, tg_op
        using errcode = 'integrity_constraint_violation';
end
$body$;
"""


def refuse_changes(table: str, *, updates: bool = True, deletes: bool = True) -> RunSQL:
    """Triggers on `table` that refuse UPDATE, DELETE and TRUNCATE, whoever asks."""
    events = [name for name, wanted in (("update", updates), ("delete", deletes)) if wanted]
    create = _FUNCTION + (
        f"create trigger {table}_written_once before {' or '.join(events)} on {table}"
        " for each row execute function holdfast_refuse_change();\n"
    )
    drop = f"drop trigger {table}_written_once on {table};\n"
    if deletes:
        create += (
            f"create trigger {table}_not_emptied before truncate on {table}"
            " for each statement execute function holdfast_refuse_change();\n"
        )
        drop += f"drop trigger {table}_not_emptied on {table};\n"
    return RunSQL(create, drop)
