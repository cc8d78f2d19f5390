import django.db.models.deletion
from django.db import migrations, models

# Leaves that are there get their numbers; slices are made by the next update of the index. What is
# sealed does not compress: PostgreSQL need not try.
NUMBERS = """
update history_searchleaf l set number = n.number
from (
    select tenant_id, kind, first_id,
        row_number() over (partition by tenant_id, kind order by first_id) - 1 as number
    from history_searchleaf
) n
where (l.tenant_id, l.kind, l.first_id) = (n.tenant_id, n.kind, n.first_id)
"""
STORAGE = "alter table history_searchslice alter column content set storage external"


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0022_foreign_positions"),
        ("tenants", "0010_branding"),
    ]

    operations = [
        migrations.AddField(
            model_name="searchleaf",
            name="number",
            field=models.IntegerField(default=0),
        ),
        migrations.CreateModel(
            name="SearchSlice",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id",
                        "kind",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kind", models.CharField(db_collation="C", max_length=64)),
                ("number", models.IntegerField()),
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
        migrations.RunSQL(NUMBERS, migrations.RunSQL.noop),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
    ]
