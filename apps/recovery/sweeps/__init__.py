"""One recovery asked of many tenants: planned, approved and run for each, watched on one page."""
