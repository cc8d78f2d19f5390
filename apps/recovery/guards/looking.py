"""A plan as guards see it: what it writes, whether it is being made or was made long ago."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from apps.recovery.choices import Action
from apps.recovery.models import Plan, Step
from apps.recovery.models.plan import opened_content
from apps.recovery.planning.drafts import Draft
from apps.recovery.planning.ordering import Placed
from apps.tenants.models import Tenant

# Of a row of `Step`. What is sealed comes along: the guards open that of many accounts, and would
# ask for each.
_COLUMNS = ("order", "action", "kind", "object_id", "link", "targets", "attributes", "sealed")


class Write(NamedTuple):
    """A step that writes. `content` opens its requests, which costs a decryption where the plan is
    stored: ask it only of what matters."""

    order: int
    action: str
    kind: str
    object_id: str
    link: str
    targets: tuple[str, ...]
    attributes: tuple[str, ...]
    content: Callable[[], Mapping[str, Any]]

    def body(self) -> dict[str, Any]:
        """What its request sends; empty for one that sends none."""
        request = self.content().get("request") or {}
        return dict(request.get("body") or {})


@dataclass(frozen=True, slots=True)
class PlanLook:
    """What guards are given. `writes` can be gone through more than once, in the plan's order.

    seq: the snapshot on whose state the steps are laid. people: our users who ask for it, approve
    it or made it. run_id: the run that is about to write, when there is one.
    """

    tenant: Tenant
    seq: int
    writes: Callable[[], Iterable[Write]]
    people: frozenset[UUID] = frozenset()
    run_id: UUID | None = None


def look_at_placed(
    tenant: Tenant, seq: int, placed: Iterable[Placed], people: Iterable[UUID | None] = ()
) -> PlanLook:
    """A plan that is being made. placed: its steps, which can be gone through again."""

    def writes() -> Iterator[Write]:
        for one in placed:
            draft = one.draft
            if draft.writes:
                yield Write(
                    one.order,
                    draft.action,
                    draft.kind,
                    draft.object_id,
                    draft.link,
                    draft.targets,
                    draft.attributes,
                    partial(_content_of, draft),
                )

    return PlanLook(tenant, seq, writes, _known(people))


def look_at_plan(
    plan: Plan, seq: int, people: Iterable[UUID | None] = (), run_id: UUID | None = None
) -> PlanLook:
    """A plan that was made, on the state of a snapshot that may be newer than the plan's."""
    rows = Step.objects.filter(plan=plan).exclude(action__in=Action.silent())

    def writes() -> Iterator[Write]:
        found = rows.order_by("order").values_list(*_COLUMNS)
        for row in found.iterator(chunk_size=1000):
            order, action, kind, object_id, link, targets, attributes, sealed = row
            yield Write(
                order,
                action,
                kind,
                object_id,
                link,
                tuple(targets),
                tuple(attributes),
                partial(opened_content, plan.tenant_id, plan.pk, order, sealed),
            )

    return PlanLook(plan.tenant, seq, writes, _known((plan.created_by_id, *people)), run_id)


def _content_of(draft: Draft) -> Mapping[str, Any]:
    return draft.content or {}


def _known(people: Iterable[UUID | None]) -> frozenset[UUID]:
    return frozenset(one for one in people if one)
