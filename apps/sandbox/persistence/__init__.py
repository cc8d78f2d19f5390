"""The sandbox's state in one SQLite file, written through before each answer."""
