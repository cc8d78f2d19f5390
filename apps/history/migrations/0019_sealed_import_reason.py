from django.db import migrations

import apps.tenants.sealed_text


class Migration(migrations.Migration):
    """No import had been made with the column as it was."""

    dependencies = [("history", "0018_pins_come_back")]

    operations = [
        migrations.RemoveField("snapshotimport", "reason"),
        migrations.AddField("snapshotimport", "reason", apps.tenants.sealed_text.SealedTextField()),
    ]
