"""The parts of a verification that are not about single records: the head, signatures, erasures."""

import hmac
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from apps.audit import chain, keys
from apps.audit.chain import FIRST_FORM, Content
from apps.audit.checkpoints import Statement, statement_of
from apps.audit.models import AuditRecord, ChainHead, Checkpoint
from apps.audit.problems import Problems


def head_problems(head: ChainHead, key: bytes, found: Problems) -> None:
    """Check that the installation itself wrote where the chain ends."""
    if head.mac is None:
        newest = AuditRecord.objects.filter(number=head.number).first()
        if newest is None or newest.form == FIRST_FORM:
            return
    mac = chain.head_mac(head.number, bytes(head.digest), head.checkpoints, key)
    if not hmac.compare_digest(bytes(head.mac or b""), mac):
        words = "The end of the chain was tampered with."
        found.add("head", head.number, words)


@dataclass(slots=True)
class CheckpointChecks:
    """The signed digests, by the number of the record that each is about."""

    found: Problems
    head: int
    wanted: dict[int, list[Statement]] = field(default_factory=lambda: defaultdict(list))
    number: int = 0
    up_to: int = 0

    @classmethod
    def load(
        cls,
        head: ChainHead,
        public_key: bytes | None,
        kept_elsewhere: tuple[Statement, ...],
        found: Problems,
    ) -> "CheckpointChecks":
        """Check the signatures, and that no checkpoint is missing."""
        checks = cls(found, head.number)
        expected = 1
        for row in Checkpoint.objects.select_related("key").order_by("id").iterator():
            if row.id != expected:
                found.add("checkpoint", row.number, f"Checkpoint {expected} is missing.")
            expected = row.id + 1
            trusted = public_key or keys.signer(row.key).public_key
            checks.take(statement_of(row), trusted)
        if expected <= head.checkpoints:
            words = f"Checkpoints {expected} to {head.checkpoints} are missing."
            found.add("checkpoint", head.number, words)
        for statement in kept_elsewhere:
            checks.take(statement, public_key or bytes.fromhex(statement.public_key))
        return checks

    def take(self, statement: Statement, public_key: bytes) -> None:
        """Remember a checkpoint that is signed by the key."""
        if not statement.is_signed_by(public_key):
            words = f"The signature of checkpoint {statement.id} is wrong."
            self.found.add("checkpoint", statement.number, words)
            return
        self.wanted[statement.number].append(statement)
        self.number += 1
        self.up_to = max(self.up_to, statement.number)

    def meet(self, number: int, digest: bytes) -> None:
        """Compare a record with the checkpoints that were made when it was the last."""
        for statement in self.wanted.pop(number, ()):
            if statement.digest != digest.hex():
                words = f"Record {number} is not the one that checkpoint {statement.id} signed."
                self.found.add("checkpoint", number, words)

    def ask_for_the_rest(self) -> None:
        """Name the checkpoints whose records are not there."""
        for number, statements in sorted(self.wanted.items()):
            words = f"Checkpoint {statements[0].id} signed record {number}, which is missing"
            if number > self.head:
                words += f": records {self.head + 1} to {number} were cut off the end"
            self.found.add("truncated", number, f"{words}.")


@dataclass(slots=True)
class Erasures:
    """How far personal parts were erased, by whose they were."""

    tenants: dict[str, int] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Erasures":
        """From the records that say so; the walk checks those like any other."""
        erasures = cls()
        records = AuditRecord.objects.filter(event="trail.erased").values_list("data", flat=True)
        for said in records.iterator():
            erasures._add(erasures.tenants, said, "of_tenant")
            erasures._add(erasures.users, said, "of_user")
        return erasures

    @staticmethod
    def _add(known: dict[str, int], said: dict[str, Any], name: str) -> None:
        whose, up_to = said.get(name), said.get("up_to")
        if whose and isinstance(up_to, int):
            known[whose] = max(up_to, known.get(whose, 0))

    def cover(self, content: Content) -> bool:
        """Whether a recorded erasure explains that a record has no personal part."""
        reached = max(
            self.tenants.get(str(content.tenant_id), 0),
            self.users.get(str(content.actor_user_id), 0),
        )
        return content.number <= reached
