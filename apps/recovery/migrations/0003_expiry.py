from django.db import migrations

EXPIRY = "recovery-expiry"


def add_schedule(apps, schema_editor):
    """Every ten minutes (django_q's "I" = minutes)."""
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    schedules.get_or_create(
        name=EXPIRY,
        defaults={
            "func": "apps.recovery.jobs.enqueue_expiry",
            "schedule_type": "I",
            "minutes": 10,
            "repeats": -1,
        },
    )


def remove_schedule(apps, schema_editor):
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    schedules.filter(name=EXPIRY).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("recovery", "0002_written_once"),
        ("django_q", "0018_task_success_index"),
    ]

    operations = [migrations.RunPython(add_schedule, remove_schedule)]
