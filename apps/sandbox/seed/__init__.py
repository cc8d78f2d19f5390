"""Seeds: believable tenants, the same for the same arguments (see `build`)."""

from apps.sandbox.seed.build import build
from apps.sandbox.seed.draft import PASSWORD
from apps.sandbox.seed.provider import lab_client_id, lab_client_secret

__all__ = ["PASSWORD", "build", "lab_client_id", "lab_client_secret"]
