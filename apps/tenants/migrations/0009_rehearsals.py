import uuid

from django.db import migrations, models

REHEARSALS = uuid.UUID("7e4ea25a-1000-4000-8000-000000000000")
STATES = ["pending", "active", "suspended", "removed", "rehearsal"]

# A customer's tenant never becomes a rehearsal, whose rows may be removed, nor the other way round.
TRIGGER = """
create function tenants_refuse_rehearsing() returns trigger language plpgsql as $body$
begin
    raise exception 'a tenant neither becomes a rehearsal nor stops being one'
        using errcode = 'integrity_constraint_violation';
end
$body$;
create trigger tenants_tenant_rehearsal before update on tenants_tenant for each row
    when ((old.state = 'rehearsal') <> (new.state = 'rehearsal'))
    execute function tenants_refuse_rehearsing();
alter table tenants_tenant enable always trigger tenants_tenant_rehearsal;
"""
NO_TRIGGER = """
drop trigger tenants_tenant_rehearsal on tenants_tenant;
drop function tenants_refuse_rehearsing;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0008_break_glass_accounts")]

    operations = [
        migrations.RemoveConstraint(model_name="tenant", name="tenant_state_known"),
        migrations.AlterField(
            model_name="tenant",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "Waiting for the customer's consent"),
                    ("active", "Looked after"),
                    ("suspended", "Suspended"),
                    ("removed", "No longer looked after"),
                    ("rehearsal", "Rehearsal"),
                ],
                default="pending",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="tenant",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", STATES)), name="tenant_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="tenant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("cloud__startswith", "rehearsal:"),
                        ("msp_id", REHEARSALS),
                        ("state", "rehearsal"),
                    ),
                    models.Q(
                        models.Q(("state", "rehearsal"), _negated=True),
                        models.Q(("cloud__startswith", "rehearsal:"), _negated=True),
                        models.Q(("msp_id", REHEARSALS), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="tenant_rehearsal_apart",
            ),
        ),
        migrations.RunSQL(TRIGGER, NO_TRIGGER),
    ]
