"""How people prove who they are: local accounts with second factors, Entra, sessions, step-up."""
