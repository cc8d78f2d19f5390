import django.db.models.deletion
from django.db import migrations, models

import apps.core.clock
import apps.core.identifiers
from apps.core.immutability import refuse_changes


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_written_once")]

    operations = [
        *(
            migrations.AlterModelOptions(name=name, options={"default_permissions": ()})
            for name in ("auditrecord", "personalpart", "chainhead")
        ),
        migrations.CreateModel(
            name="AuditKey",
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
                    "purpose",
                    models.CharField(
                        choices=[
                            ("personal", "Seals personal parts that belong to no tenant"),
                            ("signing", "Signs checkpoints"),
                        ],
                        max_length=20,
                    ),
                ),
                ("wrapped", models.BinaryField()),
                ("public", models.BinaryField(max_length=32, null=True)),
                ("created_at", models.DateTimeField(default=apps.core.clock.now)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Verification",
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
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField()),
                ("records", models.BigIntegerField()),
                ("erased", models.BigIntegerField()),
                ("number", models.BigIntegerField()),
                ("problems", models.JSONField(default=list)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="RefusalWindow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("who", models.BinaryField(max_length=32)),
                ("minute", models.DateTimeField()),
                ("attempts", models.IntegerField(default=1)),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_user_id", models.UUIDField(null=True)),
                ("via", models.CharField(blank=True, max_length=100)),
                ("tenant_id", models.UUIDField(null=True)),
                ("msp_id", models.UUIDField(null=True)),
                ("sealed", models.BinaryField()),
                ("key_id", models.UUIDField(null=True)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddConstraint(
            model_name="refusalwindow",
            constraint=models.UniqueConstraint(
                fields=("who", "minute"), name="audit_refusal_window_once"
            ),
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", models.IntegerField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("digest", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.auditkey",
                    ),
                ),
                ("signature", models.BinaryField(max_length=64)),
            ],
            options={"default_permissions": ()},
        ),
        refuse_changes("audit_checkpoint"),
        migrations.AddField(
            "auditrecord", "via", models.CharField(blank=True, default="", max_length=100)
        ),
        migrations.AddField("auditrecord", "form", models.SmallIntegerField(default=1)),
        migrations.AddField("auditrecord", "mac", models.BinaryField(max_length=32, null=True)),
        migrations.AddField("chainhead", "checkpoints", models.IntegerField(default=0)),
        migrations.AddField("chainhead", "mac", models.BinaryField(max_length=32, null=True)),
        migrations.AddField(
            "personalpart", "sealed", models.BinaryField(default=b""), preserve_default=False
        ),
        migrations.AddField(
            "personalpart",
            "key",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="audit.auditkey",
            ),
        ),
        migrations.AlterField(
            "personalpart", "salt", models.BinaryField(default=b"", max_length=16)
        ),
        migrations.AddIndex(
            "auditrecord", models.Index(fields=["actor_user_id", "-number"], name="audit_by_person")
        ),
        migrations.AddIndex(
            "auditrecord", models.Index(fields=["event", "-number"], name="audit_by_event")
        ),
        migrations.AddIndex("auditrecord", models.Index(fields=["at"], name="audit_by_time")),
        migrations.AddIndex(
            "auditrecord",
            models.Index(
                fields=["request_id"],
                condition=models.Q(("request_id", ""), _negated=True),
                name="audit_by_request",
            ),
        ),
    ]
