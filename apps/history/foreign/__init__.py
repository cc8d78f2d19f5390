"""Another tenant's state in a tenant's history, to be compared with and never taken for its own."""
