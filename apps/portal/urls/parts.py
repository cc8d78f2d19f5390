"""What addresses of several rooms begin with."""

TENANT = "tenants/<uuid:tenant_id>/"
