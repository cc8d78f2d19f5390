"""The command line client: `holdfast`, over the documented API and nothing else.

It runs without Django and imports no other app, so that it can be handed out as one file.
"""

VERSION = "0.1.0"
