import datetime

import django.contrib.postgres.fields
from django.db import migrations, models

import apps.tenants.models.policy

LIMITS = """
update tenants_backuppolicy
set delta_every = least(greatest(delta_every, interval '5 minutes'), interval '24 hours');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0005_connection_msp"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="backuppolicy",
            name="backup_policy_sensible",
        ),
        migrations.RemoveField(
            model_name="backuppolicy",
            name="full_every",
        ),
        migrations.AddField(
            model_name="backuppolicy",
            name="blackouts",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="backuppolicy",
            name="full_hour",
            field=models.PositiveSmallIntegerField(default=2),
        ),
        migrations.AddField(
            model_name="backuppolicy",
            name="full_weekdays",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(),
                default=apps.tenants.models.policy.every_day,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="backuppolicy",
            name="objective",
            field=models.DurationField(default=datetime.timedelta(days=1)),
        ),
        migrations.AddField(
            model_name="backuppolicy",
            name="time_zone",
            field=models.CharField(default="UTC", max_length=64),
        ),
        migrations.AlterField(
            model_name="backuppolicy",
            name="delta_every",
            field=models.DurationField(default=datetime.timedelta(seconds=900), null=True),
        ),
        migrations.AddConstraint(
            model_name="backuppolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("delta_every__isnull", True),
                        ("delta_every__gte", datetime.timedelta(seconds=60)),
                        _connector="OR",
                    ),
                    ("full_hour__lt", 24),
                    ("objective__gt", datetime.timedelta(0)),
                ),
                name="backup_policy_sensible",
            ),
        ),
        migrations.RunSQL(LIMITS, migrations.RunSQL.noop),
    ]
