from django.db import migrations

from apps.core.immutability import refuse_changes


class Migration(migrations.Migration):
    """A plan is never changed once it is made, and the journal of a run only grows."""

    dependencies = [("recovery", "0001_initial")]

    operations = [
        refuse_changes("recovery_plan"),
        refuse_changes("recovery_step"),
        refuse_changes("recovery_journalentry"),
    ]
