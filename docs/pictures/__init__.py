"""Pictures: those of the user's guide, and every page in both themes and two widths."""
