"""Who has to be told of what a plan cannot do for them: passwords, secrets, certificates, ids."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.diffs.batches import batched
from apps.history import selectors as history
from apps.history.identities import Identities, bodies_then
from apps.recovery.choices import Action
from apps.recovery.planning.ordering import Placed
from apps.tenants.models import Tenant

FIRST_PASSWORD = "first-password"  # noqa: S105 - a code, shown in words
NEW_APP_ID = "new-app-id"
SECRET = "secret"  # noqa: S105 - a code, shown in words
CERTIFICATE = "certificate"

# A list for people to read; the counts say how many there are.
NAMED = 200
BATCH = 500
_CREDENTIALS = {"passwordCredentials": SECRET, "keyCredentials": CERTIFICATE}
_PEOPLE = {
    "user": "user.manager",
    "application": "application.owners",
    "servicePrincipal": "servicePrincipal.owners",
}

Key = tuple[str, str]


@dataclass
class Telling:
    """What people have to be told of, gathered step by step: codes by object."""

    codes: dict[Key, list[str]] = field(default_factory=lambda: defaultdict(list))
    _with_credentials: list[Key] = field(default_factory=list)

    def add(self, one: Placed) -> None:
        draft = one.draft
        key = (draft.kind, draft.object_id)
        if draft.action == Action.CREATE and draft.kind in _PEOPLE:
            if draft.kind == "user":
                self.codes[key].append(FIRST_PASSWORD)
                return
            if draft.kind == "application":
                self.codes[key].append(NEW_APP_ID)
            self._with_credentials.append(key)
        elif draft.action == Action.NOT_RECOVERABLE and not draft.link:
            self.codes_of(key, draft.attributes)

    def codes_of(self, key: Key, attributes: tuple[str, ...]) -> None:
        """Note what cannot be put back of these attributes of an object."""
        for name in attributes:
            code = _CREDENTIALS.get(name)
            if code and code not in self.codes[key]:
                self.codes[key].append(code)

    def estimate(self, tenant: Tenant, base_seq: int, made: Identities) -> dict[str, Any]:
        """{"counts": {code: n}, "named": [{"code", "kind", "object_id", "people": [ids]}]}.

        people: who owns it, of a user the manager, at the snapshot. made: what stands for what.
        """
        self._look_for_credentials(tenant, base_seq, made)
        told = [(code, *key) for key, codes in self.codes.items() for code in codes]
        named = sorted(told)[:NAMED]
        people = _people(tenant, base_seq, {(kind, one) for _, kind, one in named}, made)
        return {
            "counts": dict(sorted(Counter(code for code, *_ in told).items())),
            "named": [
                {"code": code, "kind": kind, "object_id": one, "people": people.get(one, [])}
                for code, kind, one in named
            ],
        }

    def _look_for_credentials(self, tenant: Tenant, base_seq: int, made: Identities) -> None:
        for batch in batched(self._with_credentials, BATCH):
            for key, body in bodies_then(tenant, batch, base_seq, made).items():
                self.codes_of(key, tuple(name for name in _CREDENTIALS if body.get(name)))


def _people(tenant: Tenant, seq: int, keys: set[Key], made: Identities) -> Mapping[str, list[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for source, target in _links(tenant, seq, keys, made):
        found[source].add(target)
    return {source: sorted(targets) for source, targets in found.items()}


def _links(tenant: Tenant, seq: int, keys: set[Key], made: Identities) -> Iterator[tuple[str, str]]:
    for kind, link in _PEOPLE.items():
        sources = {alias for name, one in keys if name == kind for alias in made.aliases(one)}
        if not sources:
            continue
        for row in history.links_at(tenant, seq, link=link, source_ids=sources):
            yield made.current(row.source_id), made.current(row.target_id)
