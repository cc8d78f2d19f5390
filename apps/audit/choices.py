"""What the audit trail's events and keys are told apart by."""

from enum import IntEnum

from django.db import models


class KeyPurpose(models.TextChoices):
    PERSONAL = "personal", "Seals personal parts that belong to no tenant"
    SIGNING = "signing", "Signs checkpoints"


class Category(models.TextChoices):
    """What an event is about; one can filter by it."""

    SIGN_IN = "sign-in", "Sign-in"
    PEOPLE = "people", "People and roles"
    CUSTOMER = "customer", "Customers and their settings"
    BACKUP = "backup", "Snapshots and reports"
    RECOVERY = "recovery", "Recovery"
    VIEW = "view", "Views of personal data"
    EXPORT = "export", "Exports"
    SUPPORT = "support", "Support sessions"
    DENIED = "denied", "Denied attempts"
    TRAIL = "trail", "The audit trail itself"
    OTHER = "other", "Other"


class Severity(IntEnum):
    """How much an event deserves attention: the numbers of syslog (RFC 5424, section 6.2.1)."""

    ALERT = 1
    WARNING = 4
    NOTICE = 5
    INFO = 6

    @property
    def word(self) -> str:
        return self.name.lower()
