from django.db import migrations

HOUSEKEEPING = "api-housekeeping"


def add_schedule(apps, schema_editor):
    """Once an hour (django_q's "H")."""
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    schedules.get_or_create(
        name=HOUSEKEEPING,
        defaults={
            "func": "apps.api.jobs.enqueue_housekeeping",
            "schedule_type": "H",
            "repeats": -1,
        },
    )


def remove_schedule(apps, schema_editor):
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    schedules.filter(name=HOUSEKEEPING).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0001_request_counts"),
        ("django_q", "0018_task_success_index"),
    ]

    operations = [migrations.RunPython(add_schedule, remove_schedule)]
