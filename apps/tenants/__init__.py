"""MSPs, their customers' tenants, app registrations, connections, keys and backup policies."""
