from django.db import migrations, models

from apps.tenants.sealing_columns import sealed_column

CHECK = "support_session_has_a_reason"


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_own_holdings"),
        ("tenants", "0006_schedules"),
        ("audit", "0005_by_the_clock"),
    ]

    operations = [
        migrations.RemoveConstraint("supportsession", CHECK),
        *sealed_column("supportsession", "reason", table="access_supportsession"),
        migrations.AddConstraint(
            "supportsession",
            models.CheckConstraint(condition=~models.Q(reason=b""), name=CHECK),
        ),
        *sealed_column(
            "tenantsignin", "emergency_reason", table="access_tenantsignin", pk="tenant_id"
        ),
        *sealed_column(
            "mspsignin", "emergency_reason", table="access_mspsignin", pk="msp_id", tenant=""
        ),
    ]
