from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0003_msp_entra_tenant"),
    ]

    operations = [
        migrations.AddField(
            model_name="appregistration",
            name="told",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="connection",
            name="told",
            field=models.JSONField(default=list),
        ),
    ]
