"""One class per address, one method per operation; the work is done by the apps' services."""
