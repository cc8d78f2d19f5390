"""People, their roles on tenants and MSPs, and the operator's console."""
