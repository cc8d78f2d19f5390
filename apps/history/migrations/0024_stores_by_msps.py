from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0023_search_slices"),
    ]

    operations = [
        migrations.AddField(
            model_name="offsitestore",
            name="by_msp",
            field=models.BooleanField(default=False),
        ),
    ]
