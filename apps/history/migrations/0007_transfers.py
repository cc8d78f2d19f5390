import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.clock
import apps.core.identifiers

EXPIRY = "history-expired-files"


def add_schedule(apps, schema_editor):
    """Once an hour (django_q's "H")."""
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    schedules.get_or_create(
        name=EXPIRY,
        defaults={
            "func": "apps.history.jobs.enqueue_expiry",
            "schedule_type": "H",
            "repeats": -1,
        },
    )


def remove_schedule(apps, schema_editor):
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    schedules.filter(name=EXPIRY).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0006_offsite"),
        ("django_q", "0018_task_success_index"),
        ("tenants", "0005_connection_msp"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="snapshot",
            name="mode",
            field=models.CharField(
                choices=[("full", "full"), ("delta", "delta"), ("import", "import")], max_length=8
            ),
        ),
        migrations.CreateModel(
            name="KeptFile",
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
                ("made_at", models.DateTimeField(default=apps.core.clock.now)),
                ("size", models.BigIntegerField(default=0)),
                ("sha256", models.BinaryField(default=bytes)),
                ("expires_at", models.DateTimeField(db_index=True, null=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Export",
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
                ("snapshot_id", models.UUIDField()),
                ("seq", models.BigIntegerField()),
                ("kind", models.CharField(blank=True, max_length=64)),
                ("object_id", models.CharField(blank=True, max_length=256)),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("zip", "ZIP, signed"),
                            ("json", "JSON"),
                            ("csv", "CSV for spreadsheets"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "In preparation"),
                            ("ready", "Ready to download"),
                            ("handed-out", "Handed out"),
                            ("expired", "No longer kept"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("requested_at", models.DateTimeField(default=apps.core.clock.now)),
                ("job_id", models.UUIDField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("objects_count", models.BigIntegerField(default=0)),
                ("links_count", models.BigIntegerField(default=0)),
                ("expires_at", models.DateTimeField(null=True)),
                ("downloads", models.IntegerField(default=0)),
                ("failure", models.TextField(blank=True)),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="history.keptfile",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["tenant", "-requested_at"], name="export_of_tenant")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("object_id", ""),
                            models.Q(("kind", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="export_object_has_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptFilePart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("data", models.BinaryField()),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="history.keptfile",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("file", "number"), name="kept_file_part_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SnapshotImport",
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
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "In preparation"),
                            ("done", "Became a snapshot"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("stated_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("requested_at", models.DateTimeField(default=apps.core.clock.now)),
                ("job_id", models.UUIDField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "whole_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), default=list, size=None
                    ),
                ),
                ("summary", models.JSONField(default=dict)),
                ("failure", models.TextField(blank=True)),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="history.keptfile",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                    "upload",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="history.keptfile",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["tenant", "-requested_at"], name="import_of_tenant")
                ],
            },
        ),
        migrations.RunPython(add_schedule, remove_schedule),
    ]
