import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.clock
import apps.core.identifiers
import apps.tenants.sealed_text

# An ended drill is evidence: nothing changes or removes it.
KEPT = """
create function recovery_refuse_change_of_drill() returns trigger language plpgsql as $body$
begin
    raise exception 'evidence of drills is kept: % is refused', tg_op
        using errcode = 'integrity_constraint_violation';
end
$body$;
create trigger recovery_drill_ended before update on recovery_drill for each row
    when (old.finished_at is not null) execute function recovery_refuse_change_of_drill();
create trigger recovery_drill_kept before delete on recovery_drill for each row
    execute function recovery_refuse_change_of_drill();
create trigger recovery_drill_not_emptied before truncate on recovery_drill for each statement
    execute function recovery_refuse_change_of_drill();
alter table recovery_drill enable always trigger recovery_drill_ended;
alter table recovery_drill enable always trigger recovery_drill_kept;
alter table recovery_drill enable always trigger recovery_drill_not_emptied;
"""
NOT_KEPT = """
drop trigger recovery_drill_not_emptied on recovery_drill;
drop trigger recovery_drill_kept on recovery_drill;
drop trigger recovery_drill_ended on recovery_drill;
drop function recovery_refuse_change_of_drill;
"""

# Only what a rehearsal asked for is approved by the rule of drills.
BY_RULE = """
create function recovery_refuse_rule_elsewhere() returns trigger language plpgsql as $body$
begin
    if not exists (
        select from public.tenants_tenant where id = new.tenant_id and state = 'rehearsal'
    ) then
        raise exception 'nothing but a rehearsal is approved by rule'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end
$body$;
create trigger recovery_request_by_rule before insert or update on recovery_recoveryrequest
    for each row when (new.by_rule) execute function recovery_refuse_rule_elsewhere();
alter table recovery_recoveryrequest enable always trigger recovery_request_by_rule;
"""
NOT_BY_RULE = """
drop trigger recovery_request_by_rule on recovery_recoveryrequest;
drop function recovery_refuse_rule_elsewhere;
"""

# What was written once stays so; of a rehearsal it may be removed as a whole. A tenant never becomes
# a rehearsal (tenants 0009), so this opens nothing of a customer's.
PRUNED = ("history_objectversion", "history_linkversion", "history_compressiondictionary")
WRITTEN_ONCE = (
    "history_snapshot",
    "history_snapshotcollection",
    "history_auditevent",
    "history_shrinkconfirmation",
    "history_identity",
    "recovery_plan",
    "recovery_step",
    "recovery_journalentry",
    "recovery_approval",
)
ERASABLE = """
create function holdfast_is_of_rehearsal(p_tenant uuid) returns boolean language plpgsql stable
as $body$
begin
    return exists (
        select from public.tenants_tenant where id = p_tenant and state = 'rehearsal'
    );
end
$body$;
create function holdfast_refuse_change_but_of_rehearsal() returns trigger language plpgsql as $body$
begin
    if tg_op = 'DELETE' and public.holdfast_is_of_rehearsal(old.tenant_id) then
        return old;
    end if;
    raise exception 'rows of % are written once: % is refused', tg_table_name, tg_op
        using errcode = 'integrity_constraint_violation';
end
$body$;
create or replace function history_refuse_all_but_pruning() returns trigger language plpgsql
as $body$
begin
    if tg_op = 'DELETE' then
        if current_user = 'holdfast_pruner' then
            return old;
        end if;
        if public.holdfast_is_of_rehearsal(old.tenant_id) then
            return old;
        end if;
    end if;
    raise exception 'rows of % are written once: % is refused', tg_table_name, tg_op
        using errcode = 'integrity_constraint_violation';
end
$body$;
"""
NOT_ERASABLE = """
create or replace function history_refuse_all_but_pruning() returns trigger language plpgsql
as $body$
begin
    if tg_op = 'DELETE' and current_user = 'holdfast_pruner' then
        return old;
    end if;
    raise exception 'rows of % are written once: % is refused', tg_table_name, tg_op
        using errcode = 'integrity_constraint_violation';
end
$body$;
drop function holdfast_refuse_change_but_of_rehearsal;
drop function holdfast_is_of_rehearsal;
"""


def triggers(function: str) -> str:
    """SQL that has each of the tables ask this function before a change."""
    return "".join(
        f"""
drop trigger {table}_written_once on {table};
create trigger {table}_written_once before update or delete on {table}
    for each row execute function {function}();
alter table {table} enable always trigger {table}_written_once;
"""
        for table in WRITTEN_ONCE
    )


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0022_foreign_positions"),
        ("recovery", "0016_transfers"),
        ("tenants", "0009_rehearsals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Drill",
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
                    "place",
                    models.CharField(
                        choices=[("sandbox", "The built-in sandbox")],
                        default="sandbox",
                        max_length=12,
                    ),
                ),
                ("scenario", models.CharField(max_length=40)),
                (
                    "origin",
                    models.CharField(
                        choices=[("person", "Somebody asked for it"), ("schedule", "The schedule")],
                        max_length=10,
                    ),
                ),
                ("requested_at", models.DateTimeField(default=apps.core.clock.now)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("job_id", models.UUIDField(null=True)),
                ("rehearsal_id", models.UUIDField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for its turn"),
                            ("running", "Running"),
                            ("passed", "Passed"),
                            ("passed-with-issues", "Passed with issues"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="waiting",
                        max_length=20,
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("seeding", "Bringing the snapshot to the sandbox"),
                            ("baseline", "Reading what the sandbox holds of it"),
                            ("damage", "Doing the damage"),
                            ("capture", "Reading the damaged tenant"),
                            ("plan", "Comparing and planning"),
                            ("run", "Recovering"),
                            ("verify", "Reading again and comparing with the snapshot"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("numbers", models.JSONField(default=dict)),
                ("failure", models.TextField(blank=True, default="")),
                ("evidence", apps.tenants.sealed_text.SealedTextField(default=b"")),
                ("digest", models.BinaryField(max_length=32, null=True)),
                ("signature", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="DrillSchedule",
            fields=[
                (
                    "tenant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="drill_schedule",
                        serialize=False,
                        to="tenants.tenant",
                    ),
                ),
                (
                    "interval",
                    models.CharField(
                        choices=[
                            ("off", "Not by itself"),
                            ("weekly", "Every week"),
                            ("monthly", "Every month"),
                            ("quarterly", "Every quarter"),
                            ("half-yearly", "Every half-year"),
                            ("yearly", "Every year"),
                        ],
                        default="off",
                        max_length=12,
                    ),
                ),
                ("scenario", models.CharField(max_length=40)),
                ("due_at", models.DateTimeField(null=True)),
                ("set_at", models.DateTimeField(default=apps.core.clock.now)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="recoveryrequest",
            name="approval_by_a_second_person",
        ),
        migrations.AddField(
            model_name="recoveryrequest",
            name="by_rule",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="recoveryrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    models.Q(("by_rule", True), ("decided_by__isnull", True)),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(
                            ("broke_glass", True),
                            models.Q(("decided_by", models.F("requested_by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="approval_by_a_second_person",
            ),
        ),
        migrations.AddField(
            model_name="drill",
            name="requested_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="drill",
            name="snapshot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="history.snapshot"
            ),
        ),
        migrations.AddField(
            model_name="drill",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.tenant"
            ),
        ),
        migrations.AddField(
            model_name="drillschedule",
            name="set_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="drill",
            index=models.Index(fields=["tenant", "-requested_at"], name="drill_newest"),
        ),
        migrations.AddConstraint(
            model_name="drill",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("waiting", "running"))),
                fields=("tenant",),
                name="drill_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="drill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", True), ("state__in", ("waiting", "running"))),
                    models.Q(
                        models.Q(("state__in", ("waiting", "running")), _negated=True),
                        ("finished_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="drill_ended_or_not",
            ),
        ),
        migrations.AddIndex(
            model_name="drillschedule",
            index=models.Index(fields=["due_at"], name="drill_due"),
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.RunSQL(BY_RULE, NOT_BY_RULE),
        migrations.RunSQL(
            ERASABLE + triggers("holdfast_refuse_change_but_of_rehearsal"),
            triggers("holdfast_refuse_change") + NOT_ERASABLE,
        ),
    ]
