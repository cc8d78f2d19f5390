from django.db import migrations, models

# Before the second wall stands, or as the owner behind it: every row is there to be filled.
_FILL = """
update tenants_connection c set msp_id = t.msp_id from tenants_tenant t where t.id = c.tenant_id;
set constraints all immediate;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0004_told")]

    operations = [
        migrations.AddField(
            "connection",
            "msp",
            models.ForeignKey(
                null=True,
                on_delete=models.PROTECT,
                related_name="+",
                to="tenants.msp",
            ),
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            "connection",
            "msp",
            models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="tenants.msp"),
        ),
    ]
