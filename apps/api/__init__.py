"""The REST API: what programs may read and ask for, by token, as JSON. No domain logic here."""
