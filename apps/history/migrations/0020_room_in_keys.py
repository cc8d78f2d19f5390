from django.db import migrations

# The first capture fills the pages of a key from one end to the other; later versions come in
# between, a few to each page. Without room for them every page is soon split into two halves.
ROOM = """
alter index history_objectversion_pkey set (fillfactor = 75);
alter index history_linkversion_pkey set (fillfactor = 75);
"""
NO_ROOM = """
alter index history_objectversion_pkey reset (fillfactor);
alter index history_linkversion_pkey reset (fillfactor);
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0019_sealed_import_reason")]

    operations = [migrations.RunSQL(ROOM, NO_ROOM)]
