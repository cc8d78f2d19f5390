import hashlib
from typing import Any

import django.db.models.deletion
import orjson
from django.db import migrations, models

import apps.core.identifiers
from apps.core.immutability import refuse_changes

# What snapshots were sealed over until now; it becomes part of their row.
_OBJECTS = """
select kind, object_id, state, encode(digest, 'hex'),
    encode(sha256(coalesce(body, ''::bytea)), 'hex')
from history_objectversion where tenant_id = %s and seq = %s order by kind, object_id
"""
_LINKS = """
select link, source_id, target_id, present
from history_linkversion where tenant_id = %s and seq = %s order by link, source_id, target_id
"""

ALWAYS = "\n".join(
    f"alter table {table} enable always trigger {table}_{what};"
    for table in ("history_pruning", "history_prunedsnapshot")
    for what in ("written_once", "not_emptied")
)


def fill_digests(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("select id, tenant_id, seq from history_snapshot")
        found = cursor.fetchall()
        if not found:
            return
        trigger = "trigger history_snapshot_written_once"
        cursor.execute(f"alter table history_snapshot disable {trigger}")
        for snapshot_id, tenant_id, seq in found:
            digests = [_digest(cursor, sql, tenant_id, seq) for sql in (_OBJECTS, _LINKS)]
            cursor.execute(
                "update history_snapshot set objects_digest = %s, links_digest = %s where id = %s",
                [*digests, snapshot_id],
            )
        cursor.execute(f"alter table history_snapshot enable always {trigger}")


def _digest(cursor: Any, sql: str, tenant_id: Any, seq: int) -> bytes:
    digest = hashlib.sha256()
    cursor.execute(sql, [tenant_id, seq])
    while portion := cursor.fetchmany(2000):
        for row in portion:
            digest.update(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    return digest.digest()


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0004_retention"),
        ("tenants", "0005_connection_msp"),
    ]

    operations = [
        migrations.AddField(
            model_name="snapshot",
            name="collections_digest",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="links_digest",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="objects_digest",
            field=models.BinaryField(null=True),
        ),
        migrations.RunPython(fill_digests, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="snapshot",
            name="links_digest",
            field=models.BinaryField(),
        ),
        migrations.AlterField(
            model_name="snapshot",
            name="objects_digest",
            field=models.BinaryField(),
        ),
        migrations.CreateModel(
            name="Pruning",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("low_seq", models.BigIntegerField()),
                ("high_seq", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("objects_digest", models.BinaryField()),
                ("links_digest", models.BinaryField()),
                ("object_versions", models.BigIntegerField()),
                ("link_versions", models.BigIntegerField()),
                ("objects_removed", models.BigIntegerField()),
                ("links_removed", models.BigIntegerField()),
                ("bytes_removed", models.BigIntegerField()),
                ("signature", models.BinaryField()),
                (
                    "signing_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.signingkey",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="PrunedSnapshot",
            fields=[
                (
                    "snapshot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="pruned",
                        serialize=False,
                        to="history.snapshot",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "pruning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snapshots",
                        to="history.pruning",
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddConstraint(
            model_name="pruning",
            constraint=models.UniqueConstraint(
                fields=("tenant", "low_seq", "high_seq"), name="pruning_once"
            ),
        ),
        refuse_changes("history_pruning"),
        refuse_changes("history_prunedsnapshot"),
        migrations.RunSQL(ALWAYS, migrations.RunSQL.noop),
    ]
