"""What connect tells the apps above it."""

from django.dispatch import Signal

# Sent with `tenant` and `connection`, in the transaction in which a connection begins to work.
connection_works = Signal()
