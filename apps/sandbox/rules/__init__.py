"""What Entra allows: rules over bodies as pure functions, one small file per family."""
