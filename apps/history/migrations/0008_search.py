import django.db.models.deletion
from django.db import migrations, models

# What is sealed does not compress: PostgreSQL need not try. Bitmaps are read many at a time, so
# they lie in the row itself; the largest are 2 KiB.
STORAGE = """
alter table history_searchleaf
    alter column bitmap set storage plain, alter column content set storage external
"""


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0007_transfers"),
        ("tenants", "0005_connection_msp"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchIndex",
            fields=[
                (
                    "tenant",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="tenants.tenant",
                    ),
                ),
                ("seq", models.BigIntegerField(default=0)),
                ("pruned", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="SearchLeaf",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id",
                        "kind",
                        "first_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kind", models.CharField(db_collation="C", max_length=64)),
                ("first_id", models.CharField(db_collation="C", max_length=256)),
                ("entries", models.IntegerField()),
                ("bitmap", models.BinaryField()),
                ("content", models.BinaryField()),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
    ]
