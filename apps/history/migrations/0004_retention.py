import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.clock
import apps.core.identifiers


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0003_apart_reading"),
        ("tenants", "0005_connection_msp"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="KeepTemplate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("rules", models.JSONField()),
                ("for_new", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=apps.core.clock.now)),
                (
                    "msp",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="keep_templates",
                        to="tenants.msp",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("reason", models.TextField()),
                ("begun_at", models.DateTimeField(default=apps.core.clock.now)),
                ("end_asked_at", models.DateTimeField(null=True)),
                ("end_reason", models.TextField(blank=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "end_asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Removal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("planned_at", models.DateTimeField(default=apps.core.clock.now)),
                ("due_at", models.DateTimeField()),
                ("why", models.CharField(max_length=300)),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.snapshot",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SnapshotPin",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("reason", models.TextField()),
                ("pinned_at", models.DateTimeField(default=apps.core.clock.now)),
                ("release_asked_at", models.DateTimeField(null=True)),
                ("release_reason", models.TextField(blank=True)),
                ("released_at", models.DateTimeField(null=True)),
                (
                    "pinned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "release_asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pins",
                        to="history.snapshot",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TemplateKeepChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for a second person"),
                            ("grace", "Agreed, in its grace period"),
                            ("in-force", "In force"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=12,
                    ),
                ),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
                ("shortens", models.BooleanField()),
                ("reason", models.TextField(blank=True)),
                ("requested_at", models.DateTimeField(default=apps.core.clock.now)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_reason", models.TextField(blank=True)),
                ("takes_effect_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "msp",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.msp",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="history.keeptemplate",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TenantKeepChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for a second person"),
                            ("grace", "Agreed, in its grace period"),
                            ("in-force", "In force"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=12,
                    ),
                ),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
                ("shortens", models.BooleanField()),
                ("reason", models.TextField(blank=True)),
                ("requested_at", models.DateTimeField(default=apps.core.clock.now)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_reason", models.TextField(blank=True)),
                ("takes_effect_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TenantRetention",
            fields=[
                (
                    "tenant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="retention",
                        serialize=False,
                        to="tenants.tenant",
                    ),
                ),
                ("rules", models.JSONField(null=True)),
                ("time_zone", models.CharField(default="UTC", max_length=64)),
                (
                    "msp",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.msp",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followers",
                        to="history.keeptemplate",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="keeptemplate",
            constraint=models.UniqueConstraint(fields=("msp", "name"), name="keep_template_name"),
        ),
        migrations.AddConstraint(
            model_name="keeptemplate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("for_new", True)), fields=("msp",), name="keep_template_for_new"
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("tenant",),
                name="legal_hold_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True),
                    models.Q(
                        ("end_asked_by__isnull", False),
                        ("ended_by__isnull", False),
                        models.Q(("ended_by", models.F("end_asked_by")), _negated=True),
                        models.Q(("ended_by", models.F("begun_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="legal_hold_ended_by_a_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="removal",
            constraint=models.UniqueConstraint(fields=("tenant", "snapshot"), name="removal_once"),
        ),
        migrations.AddConstraint(
            model_name="removal",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__gt", models.F("planned_at"))),
                name="removal_not_at_once",
            ),
        ),
        migrations.AddIndex(
            model_name="snapshotpin",
            index=models.Index(
                condition=models.Q(("released_at", None)),
                fields=["tenant", "snapshot"],
                name="pin_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="snapshotpin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("released_at__isnull", True),
                    models.Q(
                        ("release_asked_by__isnull", False),
                        ("released_by__isnull", False),
                        models.Q(("released_by", models.F("release_asked_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="pin_released_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="templatekeepchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("shortens", False),
                    models.Q(("state__in", ("grace", "in-force")), _negated=True),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("requested_by__isnull", False),
                        ("takes_effect_at__isnull", False),
                        models.Q(("decided_by", models.F("requested_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="templatekeepchange_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="templatekeepchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["waiting", "grace", "in-force", "refused", "withdrawn", "cancelled"],
                    )
                ),
                name="templatekeepchange_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="templatekeepchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("waiting", "grace"))),
                fields=("template",),
                name="template_keep_change_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="tenantkeepchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("shortens", False),
                    models.Q(("state__in", ("grace", "in-force")), _negated=True),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("requested_by__isnull", False),
                        ("takes_effect_at__isnull", False),
                        models.Q(("decided_by", models.F("requested_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="tenantkeepchange_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="tenantkeepchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["waiting", "grace", "in-force", "refused", "withdrawn", "cancelled"],
                    )
                ),
                name="tenantkeepchange_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="tenantkeepchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("waiting", "grace"))),
                fields=("tenant",),
                name="tenant_keep_change_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="tenantretention",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("template__isnull", True), ("rules__isnull", True), _connector="OR"
                ),
                name="tenant_retention_one_source",
            ),
        ),
    ]
