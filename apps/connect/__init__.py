"""Where a tenant's rows meet Graph: consent, proof, health, and a client for a tenant."""
