from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import apps.core.identifiers
from apps.core.immutability import refuse_changes

SCHEDULE = "history-verify"

ALWAYS = "\n".join(
    f"alter table history_verification enable always trigger history_verification_{what};"
    for what in ("written_once", "not_emptied")
)


def add_schedule(apps: Any, schema_editor: Any) -> None:
    """Every hour (django_q's "H")."""
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    schedules.get_or_create(
        name=SCHEDULE,
        defaults={
            "func": "apps.history.verification.scheduled.verify_due",
            "schedule_type": "H",
            "repeats": -1,
        },
    )


def remove_schedule(apps: Any, schema_editor: Any) -> None:
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    schedules.filter(name=SCHEDULE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0008_search"),
        ("django_q", "0018_task_success_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="Verification",
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
                    "cause",
                    models.CharField(
                        choices=[
                            ("schedule", "by the clock"),
                            ("by-hand", "asked for"),
                            ("pruning", "after a pruning"),
                        ],
                        max_length=12,
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("share", models.FloatField()),
                ("snapshots", models.BigIntegerField()),
                ("pruned", models.BigIntegerField()),
                ("versions", models.BigIntegerField()),
                ("digested", models.BigIntegerField()),
                ("bodies", models.BigIntegerField()),
                ("newest_seq", models.BigIntegerField()),
                ("newest_root", models.BinaryField()),
                ("damage", models.JSONField(default=list)),
                ("damage_in_all", models.BigIntegerField(default=0)),
                ("dangling", models.JSONField(default=dict)),
                ("unchecked", models.TextField(blank=True)),
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
                "indexes": [models.Index(fields=["tenant", "-ended_at"], name="verification_last")],
            },
        ),
        refuse_changes("history_verification"),
        migrations.RunSQL(ALWAYS, migrations.RunSQL.noop),
        migrations.RunPython(add_schedule, remove_schedule),
    ]
