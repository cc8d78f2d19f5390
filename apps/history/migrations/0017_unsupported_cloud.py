from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0016_offsite_daily"),
    ]

    operations = [
        migrations.AlterField(
            model_name="snapshotcollection",
            name="status",
            field=models.CharField(
                choices=[
                    ("complete", "complete"),
                    ("partial", "partial"),
                    ("unlicensed", "not licensed"),
                    ("unsupported", "not in this cloud"),
                    ("denied", "denied"),
                    ("held", "held"),
                ],
                max_length=12,
            ),
        ),
    ]
