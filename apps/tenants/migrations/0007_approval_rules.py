from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0006_schedules"),
    ]

    operations = [
        migrations.AddField(
            model_name="backuppolicy",
            name="approval_rules",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="backuppolicy",
            name="approval_floor",
            field=models.JSONField(default=dict),
        ),
    ]
