"""Limits on guessing, made so that they cannot be used to lock the owner out.

Failures are counted in buckets. A browser that the account was used from before counts in a bucket
of its own; strangers are counted together with their address, and all strangers of an account
together. So whoever guesses at somebody's account slows down himself and other strangers, never its
owner at his own device. A passkey is not counted at all: there is nothing to guess.

Each failure beyond a bucket's free ones doubles the wait. What is under way counts as a failure
until it has succeeded, so that guessing in parallel gains nothing.

https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html#account-lockout
"""

from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction

from apps.core import clock, digests, locks
from apps.core.errors import HoldfastError

_DAY = 24 * 60 * 60.0


@dataclass(frozen=True, slots=True)
class Bucket:
    """One count of failures. free: failures without a wait; then `first` seconds, doubled each
    time up to `longest`. Without a failure for `forget` seconds all is forgiven."""

    name: str
    subject: str
    free: int
    first: float
    longest: float = 900.0
    forget: float = _DAY
    # Whether one success forgives everything, or only itself.
    clears: bool = False

    @property
    def key(self) -> str:
        return f"sign-in:{self.name}:{digests.sha256(self.subject.encode()).hex()}"


class TooManyTries(HoldfastError):
    """A limit holds. first_time: no attempt has run into it since it was reached."""

    default_code = "too-many-tries"

    def __init__(self, seconds: float, *, first_time: bool) -> None:
        minutes = max(1, round(seconds / 60))
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(
            "There were too many failed attempts.",
            todo=f"Try again in {wait}, or use a passkey, or a device you signed in from before.",
        )
        self.retry_after = seconds
        self.first_time = first_time


def for_password(*, account: str, address: str, device: str) -> tuple[Bucket, ...]:
    """The buckets of a try at an account's password. device: "" unless it is known to be its."""
    return _buckets("password", account, address, device)


def for_code(*, account: str, address: str, device: str) -> tuple[Bucket, ...]:
    """The buckets of a try at an account's one-time code."""
    return _buckets("code", account, address, device)


def _buckets(what: str, account: str, address: str, device: str) -> tuple[Bucket, ...]:
    name = account.strip().lower()
    if device:
        return (Bucket(f"{what}-device", f"{name}\0{device}", free=10, first=30, clears=True),)
    return (
        Bucket(f"{what}-pair", f"{name}\0{address}", free=5, first=30, clears=True),
        Bucket(f"{what}-strangers", name, free=20, first=60),
        Bucket(f"{what}-address", address, free=50, first=30, forget=3600.0),
    )


def take(buckets: tuple[Bucket, ...]) -> None:
    """Count a try as failed before it is made. Raises TooManyTries while any bucket holds."""
    held = _take(buckets)
    if held is not None:
        raise held


@transaction.atomic
def _take(buckets: tuple[Bucket, ...]) -> TooManyTries | None:
    now = clock.now().timestamp()
    counts = [_locked_count(bucket) for bucket in buckets]
    for bucket, (failures, until, told) in zip(buckets, counts, strict=True):
        if until > now:
            cache.set(bucket.key, (failures, until, True), bucket.forget)
            return TooManyTries(until - now, first_time=not told)
    for bucket, (failures, _, _) in zip(buckets, counts, strict=True):
        over = failures + 1 - bucket.free
        until = now + min(bucket.longest, bucket.first * 2 ** min(over, 20)) if over >= 0 else 0.0
        cache.set(bucket.key, (failures + 1, until, False), bucket.forget)
    return None


def _locked_count(bucket: Bucket) -> tuple[int, float, bool]:
    """Failures, until when the bucket holds (Unix time), whether somebody ran into it since."""
    locks.hold_in_transaction(locks.sign_in_limit(bucket.key))
    count: tuple[int, float, bool] = cache.get(bucket.key, (0, 0.0, False))
    return count


@transaction.atomic
def give_back(buckets: tuple[Bucket, ...]) -> None:
    """The try succeeded: it was no failure.

    Where others share the bucket nothing else is forgiven, or a guesser could wipe his count with
    sign-ins of his own.
    """
    for bucket in buckets:
        failures, _, _ = _locked_count(bucket)
        if bucket.clears or failures <= 1:
            cache.delete(bucket.key)
        else:
            cache.set(bucket.key, (failures - 1, 0.0, False), bucket.forget)
