"""Migration operations that turn a column of plain text into one of sealed text."""

from collections.abc import Sequence
from typing import Any

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from apps.core.scope import no_scope
from apps.tenants.sealed_text import SealedTextField, seal


def sealed_column(
    model: str, column: str, *, table: str, pk: str = "id", tenant: str = "tenant_id"
) -> Sequence[Operation]:
    """Seal what there is and drop the plain text.

    pk, tenant: columns; an empty `tenant` for rows that never have one. The migration depends on
    apps.tenants and the newest of apps.audit, for their keys. There is no way back.
    """
    interim = f"{column}_sealed"

    def seal_all(apps: Any, schema_editor: Any) -> None:
        with (
            no_scope("text that people typed is sealed"),
            schema_editor.connection.cursor() as cursor,
        ):
            whose = tenant or "null"
            cursor.execute(f"select {pk}, {whose}, {column} from {table} where {column} <> ''")  # noqa: S608 - names from the migration
            rows = [
                (seal(table, column, key, tenant_id, text), key)
                for key, tenant_id, text in cursor.fetchall()
            ]
            cursor.executemany(f"update {table} set {interim} = %s where {pk} = %s", rows)  # noqa: S608 - names from the migration

    return (
        migrations.AddField(model, interim, models.BinaryField(default=b"")),
        migrations.RunPython(seal_all, elidable=False),
        migrations.RemoveField(model, column),
        migrations.RenameField(model, interim, column),
        migrations.AlterField(model, column, SealedTextField(default=b"")),
    )
