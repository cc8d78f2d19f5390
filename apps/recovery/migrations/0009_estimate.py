from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recovery", "0008_risks_and_undo"),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="estimate",
            field=models.JSONField(default=dict),
        ),
    ]
