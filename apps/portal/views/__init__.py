"""One module per part of the portal; each view is a door's work and a template."""
