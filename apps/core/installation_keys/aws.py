"""A key in AWS KMS. It never leaves the service; each data key costs one request to open.

Credentials come the ways that boto3 knows (an instance's role, the environment, a profile), the
service's address from the key's region or AWS_ENDPOINT_URL_KMS.
https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from apps.core import digests
from apps.core.installation_keys.base import KEY_ID_SIZE, KeyProblem, KeyServiceUnavailable

# A page waits for this, so it gives up soon; jobs try again by themselves.
_CONFIG = Config(
    connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3}
)
_PASSING = frozenset(
    {
        "DependencyTimeoutException",
        "KMSInternalException",
        "KeyUnavailableException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
    }
)
_SAFE = "The data itself is intact; nothing was changed."


class AwsKey:
    """A symmetric KMS key by its ARN, arn:aws:kms:REGION:ACCOUNT:key/ID."""

    def __init__(self, arn: str) -> None:
        parts = arn.split(":")
        if len(parts) != 6 or parts[2] != "kms" or not parts[3] or not parts[5]:
            raise KeyProblem(
                "The address of a key in AWS KMS is not an ARN.",
                todo="Write it in HOLDFAST_KEYS as aws-kms:arn:aws:kms:REGION:ACCOUNT:key/ID.",
            )
        self.arn = arn
        self._region = parts[3]

    @property
    def key_id(self) -> bytes:
        return digests.sha256(b"holdfast:key-id:aws-kms\0", self.arn.encode())[:KEY_ID_SIZE]

    def wrap(self, data_key: bytes, context: bytes) -> bytes:
        with _in_words():
            answer = self._kms.encrypt(
                KeyId=self.arn, Plaintext=data_key, EncryptionContext=_context(context)
            )
        return bytes(answer["CiphertextBlob"])

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        with _in_words():
            answer = self._kms.decrypt(
                KeyId=self.arn, CiphertextBlob=wrapped, EncryptionContext=_context(context)
            )
        return bytes(answer["Plaintext"])

    @cached_property
    def _kms(self) -> Any:
        # A session of its own: boto3's default one is not safe to share between threads.
        session = boto3.session.Session(region_name=self._region)
        return session.client("kms", config=_CONFIG)


def _context(context: bytes) -> dict[str, str]:
    """KMS logs it in clear text, so it holds identifiers alone."""
    return {"holdfast": context.decode()}


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        raise _refusal(str(error.response.get("Error", {}).get("Code", ""))) from error
    except BotoCoreError as error:
        raise KeyServiceUnavailable(
            f"AWS KMS could not be asked ({type(error).__name__}).",
            safe=_SAFE,
            todo="Check the network, the region and the credentials of this host.",
        ) from error


def _refusal(code: str) -> KeyProblem | KeyServiceUnavailable:
    if code in _PASSING:
        return KeyServiceUnavailable(
            f"AWS KMS does not serve the key at the moment ({code}).",
            safe=_SAFE,
            todo="It is tried again. If it stays so, look at the service's status.",
        )
    if code in ("InvalidCiphertextException", "IncorrectKeyException"):
        return KeyProblem(
            "A wrapped key does not open: its installation key is another one, or it was changed.",
            code="sealed-mismatch",
            todo="Check that the installation's keys are the ones it was written with.",
        )
    return KeyProblem(
        f"AWS KMS refuses to use the installation's key ({code}).",
        code="key-service-refusal",
        safe=_SAFE,
        todo="The key must be enabled, and this host allowed kms:Encrypt and kms:Decrypt on it.",
    )
