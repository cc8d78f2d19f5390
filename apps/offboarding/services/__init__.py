"""What changes about customers that leave."""

from apps.offboarding.services.agreeing import agree_to_erasure
from apps.offboarding.services.erasing import erase_due
from apps.offboarding.services.exporting import export_everything
from apps.offboarding.services.handing_over import (
    accept_handover,
    offer_handover,
    withdraw_handover,
)
from apps.offboarding.services.holding import begin_offboarding, cancel_offboarding

__all__ = [
    "accept_handover",
    "agree_to_erasure",
    "begin_offboarding",
    "cancel_offboarding",
    "erase_due",
    "export_everything",
    "offer_handover",
    "withdraw_handover",
]
