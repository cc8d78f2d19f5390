from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0004_token_of_the_actor"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="urgent",
            field=models.BooleanField(default=False),
        ),
    ]
