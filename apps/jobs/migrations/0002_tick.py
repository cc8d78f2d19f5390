from django.db import migrations

TICK = "jobs-tick"


def add_tick(apps, schema_editor):
    """The one schedule of the installation itself: once a minute (django_q's "I" = minutes)."""
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    schedules.get_or_create(
        name=TICK,
        defaults={"func": "apps.jobs.tick.tick", "schedule_type": "I", "minutes": 1, "repeats": -1},
    )


def remove_tick(apps, schema_editor):
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    schedules.filter(name=TICK).delete()


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("django_q", "0018_task_success_index")]

    operations = [migrations.RunPython(add_tick, remove_tick)]
