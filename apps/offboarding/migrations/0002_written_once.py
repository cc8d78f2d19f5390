from django.db import migrations

from apps.core.immutability import refuse_changes

ERASURE = "offboarding-erasure"


def add_schedule(apps, schema_editor):
    """Every hour (django_q's "H")."""
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    schedules.get_or_create(
        name=ERASURE,
        defaults={
            "func": "apps.offboarding.jobs.enqueue_erasure",
            "schedule_type": "H",
            "repeats": -1,
        },
    )


def remove_schedule(apps, schema_editor):
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    schedules.filter(name=ERASURE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("offboarding", "0001_initial"),
        ("django_q", "0018_task_success_index"),
    ]

    operations = [
        refuse_changes("offboarding_erasurecertificate"),
        migrations.RunPython(add_schedule, remove_schedule),
    ]
