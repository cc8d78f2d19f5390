"""Connecting customers' tenants: add, ask for consent, prove, check."""

from apps.connect.adding import (
    add_customer,
    add_writer,
    complete_application,
    register_application,
)
from apps.connect.consenting import consent_link, finish_consent
from apps.connect.health import check_health, check_soon
from apps.connect.links import ConsentLink, redirect_uri
from apps.connect.proving import KeptBack, kept_back
from apps.connect.signing_in import redirect_uris

__all__ = [
    "ConsentLink",
    "KeptBack",
    "add_customer",
    "add_writer",
    "check_health",
    "check_soon",
    "complete_application",
    "consent_link",
    "finish_consent",
    "kept_back",
    "redirect_uri",
    "redirect_uris",
    "register_application",
]
