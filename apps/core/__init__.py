"""What every other app stands on: no models, no knowledge of Entra."""
