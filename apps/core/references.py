"""Migration operations for foreign keys over two columns, which Django does not know.

A row that names its MSP (or tenant) and something else of that MSP refers to both together, so
that the database itself refuses what belongs to another.
"""

from django.db.migrations import RunSQL


def refer_together(table: str, column: str, target: str, *, owner: str = "msp_id") -> RunSQL:
    """A foreign key (column, owner) from `table` to (id, owner) of `target`, which is unique there.

    It is checked when the transaction ends, as Django's own foreign keys are.
    """
    name = f"{table}_{column}_same_{owner}"
    return RunSQL(
        f"alter table {table} add constraint {name} foreign key ({column}, {owner})"
        f" references {target} (id, {owner}) deferrable initially deferred;",
        f"alter table {table} drop constraint {name};",
    )
