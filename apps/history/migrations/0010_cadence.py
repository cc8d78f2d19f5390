import django.db.models.deletion
from django.db import migrations, models

import apps.core.identifiers

TICK = "history-cadence"

# Captures were schedules of the queue's, two for each tenant.
FROM_SCHEDULES = """
insert into history_cadence (tenant_id, full_at, delta_at, retention_at)
select t.id,
    max(s.next_run) filter (where s.name like 'capture-full:%'),
    max(s.next_run) filter (where s.name like 'capture-delta:%'),
    now()
from tenants_tenant t
join django_q_schedule s on s.name in ('capture-full:' || t.id, 'capture-delta:' || t.id)
group by t.id;
delete from django_q_schedule where name like 'capture-full:%' or name like 'capture-delta:%';
"""


def add_tick(apps, schema_editor):
    """Once a minute (django_q's "I" = minutes)."""
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    schedules.get_or_create(
        name=TICK,
        defaults={
            "func": "apps.history.cadence.ticking.tick",
            "schedule_type": "I",
            "minutes": 1,
            "repeats": -1,
        },
    )


def remove_tick(apps, schema_editor):
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    schedules.filter(name=TICK).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0009_verification"),
        ("django_q", "0018_task_success_index"),
        ("tenants", "0006_schedules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Cadence",
            fields=[
                (
                    "tenant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="cadence",
                        serialize=False,
                        to="tenants.tenant",
                    ),
                ),
                ("full_at", models.DateTimeField(null=True)),
                ("delta_at", models.DateTimeField(null=True)),
                ("retention_at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RecoveryPoint",
            fields=[
                (
                    "tenant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="recovery_point",
                        serialize=False,
                        to="tenants.tenant",
                    ),
                ),
                ("reached_at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ObjectiveGap",
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
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("objective", models.DurationField()),
                ("told", models.JSONField(default=list)),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["tenant", "-began_at"], name="objective_gap")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("tenant",),
                        name="objective_gap_one_at_a_time",
                    )
                ],
            },
        ),
        migrations.RunSQL(FROM_SCHEDULES, migrations.RunSQL.noop),
        migrations.RunPython(add_tick, remove_tick),
    ]
