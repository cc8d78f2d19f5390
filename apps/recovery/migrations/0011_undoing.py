import django.db.models.deletion
from django.db import migrations, models

# Whoever approves a request approves these with it.
_WRITTEN_ONCE = """
create trigger recovery_request_undo_written_once before update on recovery_recoveryrequest
    for each row when (
        old.undo_approved is distinct from new.undo_approved
        or old.undo_hours is distinct from new.undo_hours
        or (old.approved_in_id is not null
            and old.approved_in_id is distinct from new.approved_in_id)
    ) execute function holdfast_refuse_change();
"""
_REMOVED = "drop trigger recovery_request_undo_written_once on recovery_recoveryrequest;"


class Migration(migrations.Migration):
    """A recovery can be asked for with its undo; a run that is stopped says what differs."""

    dependencies = [("recovery", "0010_approval_rules")]

    operations = [
        migrations.AddField(
            model_name="recoveryrequest",
            name="approved_in",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undo_requests",
                to="recovery.recoveryrequest",
            ),
        ),
        migrations.AddField(
            model_name="recoveryrequest",
            name="undo_approved",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="recoveryrequest",
            name="undo_hours",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="run",
            name="differs",
            field=models.JSONField(default=dict),
        ),
        migrations.AddConstraint(
            model_name="recoveryrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(undo_approved=True, undo_hours__gt=0)
                | models.Q(undo_approved=False, undo_hours=0),
                name="undo_approved_for_hours",
            ),
        ),
        migrations.RunSQL(_WRITTEN_ONCE, _REMOVED),
    ]
