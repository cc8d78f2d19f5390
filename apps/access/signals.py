"""What this app tells the apps above it, which it must not import."""

from django.dispatch import Signal

# A mail to one person is wanted. Sent inside the transaction of what it tells of, with `to` (one
# address), `subject` and `text`; the outbox takes it and sends it after the commit. `msp_id`: for
# which MSP, where that does not follow from whose address it is. `language`: the receiver's, for a
# mail that is still English.
mail_wanted = Signal()
