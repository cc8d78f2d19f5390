"""One AADSTS code as it is answered."""

Row = tuple[str, int, str] | tuple[str, int, str, str]
"""OAuth error, HTTP status of the token endpoint, text[, suberror]."""
