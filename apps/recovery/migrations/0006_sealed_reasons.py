from django.db import migrations

from apps.tenants.sealing_columns import sealed_column

REQUEST = "recovery_recoveryrequest"
APPROVAL = "recovery_approval"
TRIGGER = f"{APPROVAL}_written_once"


class Migration(migrations.Migration):
    """An approval is written once: the trigger that says so rests while its reasons are sealed."""

    dependencies = [
        ("recovery", "0005_approvals"),
        ("tenants", "0006_schedules"),
        ("audit", "0005_by_the_clock"),
    ]

    operations = [
        *sealed_column("recoveryrequest", "reason", table=REQUEST),
        *sealed_column("recoveryrequest", "decision_reason", table=REQUEST),
        migrations.RunSQL(f"alter table {APPROVAL} disable trigger {TRIGGER}"),
        *sealed_column("approval", "reason", table=APPROVAL),
        migrations.RunSQL(f"alter table {APPROVAL} enable trigger {TRIGGER}"),
    ]
