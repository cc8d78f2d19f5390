from django.db import migrations

from apps.tenants.sealing_columns import sealed_column

PIN, HOLD = "history_snapshotpin", "history_legalhold"
OF_TENANT, OF_TEMPLATE = "history_tenantkeepchange", "history_templatekeepchange"


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0013_newest_from_the_log"),
        ("tenants", "0006_schedules"),
        ("audit", "0005_by_the_clock"),
    ]

    operations = [
        *sealed_column("snapshotpin", "reason", table=PIN),
        *sealed_column("snapshotpin", "release_reason", table=PIN),
        *sealed_column("legalhold", "reason", table=HOLD),
        *sealed_column("legalhold", "end_reason", table=HOLD),
        *sealed_column("tenantkeepchange", "reason", table=OF_TENANT),
        *sealed_column("tenantkeepchange", "decision_reason", table=OF_TENANT),
        *sealed_column("templatekeepchange", "reason", table=OF_TEMPLATE, tenant=""),
        *sealed_column("templatekeepchange", "decision_reason", table=OF_TEMPLATE, tenant=""),
    ]
