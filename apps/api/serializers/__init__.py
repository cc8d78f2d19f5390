"""What goes out and what comes in, field by field. No rules of the domain live here."""
