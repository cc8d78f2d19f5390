from django.db import migrations, models


class Migration(migrations.Migration):
    """The newest version of each thing is found by the key of the log: ADR 0075.

    Bodies sealed before this have another format, and nothing was released that wrote it.
    """

    dependencies = [
        ("history", "0012_pruning"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="linkversion",
            index=models.Index(fields=["tenant", "target_id"], name="link_version_target"),
        ),
        migrations.DeleteModel(name="LinkHead"),
        migrations.DeleteModel(name="ObjectHead"),
    ]
