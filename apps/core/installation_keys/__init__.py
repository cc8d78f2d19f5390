"""The installation's keys: what wraps every data key, and where each of them lives.

settings.HOLDFAST_KEYS names them, the current one first. Each entry is either 32 bytes in base64
(from the environment, or from a file by HOLDFAST_KEYS_FILE) or the address of a key that never
leaves a key service: `aws-kms:` and the key's ARN.
"""

from functools import lru_cache

from django.conf import settings

from apps.core.installation_keys.base import InstallationKey, KeyProblem
from apps.core.installation_keys.local import LocalKey

__all__ = ["InstallationKey", "KeyProblem", "installation_keys"]

_AWS_KMS = "aws-kms:"


def installation_keys() -> tuple[InstallationKey, ...]:
    """The keys of settings.HOLDFAST_KEYS, current first; KeyProblem when they are unusable."""
    return _parsed(tuple(settings.HOLDFAST_KEYS))


@lru_cache(maxsize=8)
def _parsed(entries: tuple[str, ...]) -> tuple[InstallationKey, ...]:
    if not entries:
        raise KeyProblem("No installation key is configured.", todo="Set HOLDFAST_KEYS.")
    return tuple(_parse(entry) for entry in entries)


def _parse(entry: str) -> InstallationKey:
    if entry.startswith(_AWS_KMS):
        # boto3 takes a third of a second to import, which nobody else should pay for.
        from apps.core.installation_keys.aws import AwsKey

        return AwsKey(entry.removeprefix(_AWS_KMS))
    return LocalKey.from_base64(entry)
