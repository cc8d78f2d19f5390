from django.db import migrations

from apps.core.immutability import refuse_changes


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        refuse_changes("audit_auditrecord"),
        # A personal part may be erased, but never rewritten.
        refuse_changes("audit_personalpart", deletes=False),
    ]
