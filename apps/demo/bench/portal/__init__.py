"""How quickly portal and API answer an MSP that has looked after many tenants for a year."""
