"""An installation brought back from its off-site copies, into an empty database."""
