"""Seal what existing records say about persons: it was kept in plain text before.

A part may not be changed, only erased and written, so each is written anew. The records keep the
commitment they have: to the content and its salt.
"""

import json

from django.db import migrations

from apps.core import canonical, envelope
from apps.core.identifiers import new_id
from apps.core.scope import no_scope

AT_ONCE = 1000


def seal_all(apps, schema_editor):
    with no_scope("the audit trail's personal parts are sealed"):
        sealer = Sealer(apps, schema_editor.connection)
        last = 0
        while rows := sealer.some_after(last):
            sealer.rewrite(rows)
            last = rows[-1][0]


class Sealer:
    def __init__(self, apps, connection):
        self.connection = connection
        self.audit_keys = apps.get_model("audit", "AuditKey").objects.using(connection.alias)
        self.tenant_keys = {}
        self.own = None

    def some_after(self, last):
        with self.connection.cursor() as cursor:
            cursor.execute(
                "select p.record_id, r.tenant_id, p.salt, p.content::text"
                " from audit_personalpart p join audit_auditrecord r on r.number = p.record_id"
                " where p.record_id > %s and p.sealed = ''::bytea order by p.record_id limit %s",
                [last, AT_ONCE],
            )
            return cursor.fetchall()

    def rewrite(self, rows):
        written = [self.sealed(*row) for row in rows]
        with self.connection.cursor() as cursor:
            numbers = [row[0] for row in rows]
            cursor.execute("delete from audit_personalpart where record_id = any(%s)", [numbers])
            cursor.executemany(
                "insert into audit_personalpart (record_id, salt, content, sealed, key_id)"
                " values (%s, %s, '{}'::jsonb, %s, %s)",
                written,
            )

    def sealed(self, number, tenant_id, salt, content):
        key, key_id = self.tenant_key(tenant_id), None
        if key is None:
            key, key_id = self.own_key()
        aad = b"holdfast:audit-personal:" + str(tenant_id or "").encode()
        plain = canonical.dumps(json.loads(content))
        return [number, bytes(salt), envelope.seal(key, plain, aad), key_id]

    def tenant_key(self, tenant_id):
        if tenant_id is not None and tenant_id not in self.tenant_keys:
            with self.connection.cursor() as cursor:
                cursor.execute(
                    "select wrapped from tenants_tenantkey where tenant_id = %s", [tenant_id]
                )
                found = cursor.fetchone()
            self.tenant_keys[tenant_id] = found and envelope.unwrap(
                bytes(found[0]), f"tenant:{tenant_id}".encode()
            )
        return self.tenant_keys.get(tenant_id)

    def own_key(self):
        if self.own is None:
            key, key_id = envelope.new_data_key(), new_id()
            wrapped = envelope.wrap(key, f"audit-personal:{key_id}".encode())
            self.audit_keys.create(id=key_id, purpose="personal", wrapped=wrapped)
            self.own = key, key_id
        return self.own


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_signed_and_sealed"), ("tenants", "0001_initial")]

    operations = [migrations.RunPython(seal_all)]
