from django.db import migrations, models

# A position of four bytes: with a capture every five minutes they last for 20,000 years. A row of
# the log and each entry of its key become eight bytes shorter, padding included.
SHORTER = """
alter table history_objectversion alter column seq type integer;
alter table history_linkversion alter column seq type integer;
"""
LONGER = """
alter table history_objectversion alter column seq type bigint;
alter table history_linkversion alter column seq type bigint;
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0020_room_in_keys")]

    operations = [
        migrations.RunSQL(
            SHORTER,
            LONGER,
            state_operations=[
                migrations.AlterField(name, "seq", models.IntegerField())
                for name in ("objectversion", "linkversion")
            ],
        )
    ]
