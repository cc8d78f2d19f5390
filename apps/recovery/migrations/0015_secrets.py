from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recovery", "0014_sweeps"),
    ]

    operations = [
        migrations.AlterField(
            model_name="step",
            name="action",
            field=models.CharField(
                choices=[
                    ("undelete", "Bring back from the recycle bin"),
                    ("create", "Make anew"),
                    ("prepare", "Prepare"),
                    ("update", "Write back attributes"),
                    ("return", "Comes back with its owner"),
                    ("secret", "Make a new client secret"),
                    ("link-add", "Add link"),
                    ("link-remove", "Remove link"),
                    ("soft-delete", "Move to the recycle bin"),
                    ("remove", "Remove for good"),
                    ("nothing", "Nothing to do"),
                    ("not-recoverable", "Not recoverable"),
                ],
                max_length=16,
            ),
        ),
    ]
