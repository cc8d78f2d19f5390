from django.db import migrations

SCHEDULES = {
    # django_q's "I" counts minutes, "D" is once a day.
    "audit-tidy": {"func": "apps.audit.scheduled.tidy", "schedule_type": "I", "minutes": 5},
    "audit-verify": {"func": "apps.audit.scheduled.verify_trail", "schedule_type": "D"},
}


def add_schedules(apps, schema_editor):
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    for name, values in SCHEDULES.items():
        schedules.get_or_create(name=name, defaults={**values, "repeats": -1})


def remove_schedules(apps, schema_editor):
    schedules = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    schedules.filter(name__in=SCHEDULES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0004_seal_personal_parts"),
        ("django_q", "0018_task_success_index"),
    ]

    operations = [
        migrations.RemoveField("personalpart", "content"),
        migrations.RunPython(add_schedules, remove_schedules),
    ]
