"""The second wall between tenants: PostgreSQL's own row-level security, made from the models.

The first wall is apps.core.scope, whose managers raise without a scope. The second holds where
somebody forgets the first: every table with customers' rows shows a session only the rows of the
tenants named in its setting holdfast.tenant_ids, and, where it is about people and what they may
do, of the tenants and MSPs that the person in holdfast.user_id reaches. No setting, no rows.

`ways` finds each table's way to a tenant or an MSP, `policies` words its policies, `functions`
and `reach` what they ask, `same_tenant` the foreign keys that cannot cross tenants, and
`building` brings a database up to all that after its migrations.
"""
