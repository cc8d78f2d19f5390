"""The control endpoints below /_sandbox/, for tests, drills and people who look."""
