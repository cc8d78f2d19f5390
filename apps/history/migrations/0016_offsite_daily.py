from django.db import migrations

DAILY = "history-offsite"


def add_schedule(apps, schema_editor):
    """Once a day (django_q's "D")."""
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    schedules.get_or_create(
        name=DAILY,
        defaults={
            "func": "apps.history.offsite.jobs.enqueue_daily",
            "schedule_type": "D",
            "repeats": -1,
        },
    )


def remove_schedule(apps, schema_editor):
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    schedules.filter(name=DAILY).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0015_events_by_target"),
        ("django_q", "0018_task_success_index"),
    ]

    operations = [migrations.RunPython(add_schedule, remove_schedule)]
