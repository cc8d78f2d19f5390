"""What a tenant's bundle holds: the log by positions, what the log needs, and every other row of
the tenant as it is now."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.apps import apps

from apps.core import canonical, clock, digests
from apps.core.errors import Unavailable
from apps.history.database import steady
from apps.history.models import Pruning, SigningKey, Snapshot
from apps.history.offsite import placement, rows
from apps.history.offsite.chunks import by_table, head_of, in_sequence
from apps.history.offsite.manifests import LogPart, Manifest
from apps.history.offsite.placement import Place
from apps.history.offsite.planning import Range, plan_log
from apps.history.offsite.shipping import Fill, Shipment
from apps.history.signing import Signer
from apps.tenants.models import Tenant

Prunings = list[tuple[str, int, int, bool]]


def tenant_bundle(tenant: Tenant, region: str) -> Fill:
    """What fills a bundle of a tenant; run it in the tenant's scope."""

    def fill(shipment: Shipment, whole: bool) -> Manifest:
        return _fill(shipment, tenant, region, whole=whole)

    return fill


def _fill(shipment: Shipment, tenant: Tenant, region: str, *, whole: bool) -> Manifest:
    before = shipment.before if _continues(shipment.before, tenant.pk) else None
    prunings = _prunings(tenant.pk)
    known = _digest(prunings)
    if before is None or before.prunings != known or whole:
        # First, so that the log reaches at least as far as what these rows refer to.
        with steady():
            tables = ((model, rows.tenant_rows(model, tenant.pk)) for model in state_models())
            state = shipment.write(by_table(tables))
        whole_at = clock.now().isoformat()
    else:
        state, whole_at = before.state, before.whole_at
    newest = Snapshot.objects.filter(tenant=tenant).order_by("-seq").first()
    log = _log(shipment, tenant.pk, before, newest, _state_of(prunings))
    # Last, so that nothing of the log lacks the dictionary or the pruning that it names.
    with steady():
        tables = ((model, rows.tenant_rows(model, tenant.pk)) for model in first_models())
        first = shipment.write(in_sequence(tables))
    if _digest(_prunings(tenant.pk)) != known:
        raise Unavailable(
            "The history was pruned while it was shipped.",
            code="offsite-pruned-meanwhile",
            safe="What was shipped before is whole.",
            todo="It is shipped again by itself.",
        )
    empty = _empty(shipment, tenant, region)
    return replace(
        empty,
        whole_at=whole_at,
        seq=newest.seq if newest else 0,
        root=bytes(newest.root).hex() if newest else "",
        prunings=known,
        log=log,
        first=first,
        state=state,
    )


def state_models() -> list[placement.Model]:
    """The tables whose rows travel with a tenant as they are now and are restored last."""
    return [
        model
        for model in placement.models_of(Place.TENANT)
        if model._meta.label not in placement.FIRST
    ]


def first_models() -> list[placement.Model]:
    """The tables whose rows are restored before the log."""
    return [apps.get_model(label) for label in placement.FIRST]


def _continues(before: Manifest | None, tenant_id: UUID) -> bool:
    """Whether it is of this very history: a database that was put back may have gone elsewhere."""
    if before is None or not before.seq:
        return before is not None
    here = Snapshot.objects.filter(tenant_id=tenant_id, seq=before.seq).first()
    return here is not None and bytes(here.root).hex() == before.root


def _log(
    shipment: Shipment,
    tenant_id: UUID,
    before: Manifest | None,
    newest: Snapshot | None,
    state: Callable[[int, int], str],
) -> tuple[LogPart, ...]:
    parts = before.log if before else ()
    reached = parts[-1].high if parts else 0
    planned = plan_log(
        parts,
        newest.seq if newest else 0,
        rows=_about_how_many(tenant_id, reached),
        state=state,
    )
    return tuple(
        _write(shipment, tenant_id, one, state) if isinstance(one, Range) else one
        for one in planned
    )


def _write(
    shipment: Shipment, tenant_id: UUID, wanted: Range, state: Callable[[int, int], str]
) -> LogPart:
    low, high = wanted.low, wanted.high
    tables = placement.models_of(Place.LOG)
    with steady():
        files = shipment.write(
            in_sequence((table, rows.log_rows(table, tenant_id, low, high)) for table in tables)
        )
    return LogPart(low, high, state(low, high), files)


def _about_how_many(tenant_id: UUID, after: int) -> int:
    counts = Snapshot.objects.filter(tenant_id=tenant_id, seq__gt=after)
    return sum(sum(found.values()) for found in counts.values_list("counts", flat=True))


def _prunings(tenant_id: UUID) -> Prunings:
    found = Pruning.objects.filter(tenant_id=tenant_id).order_by("pk")
    return [(str(one.pk), one.low_seq, one.high_seq, one.finished_at is not None) for one in found]


def _state_of(prunings: Prunings) -> Callable[[int, int], str]:
    """The state of a part of the log: see LogPart."""
    shape = [head_of(model).decode() for model in placement.models_of(Place.LOG)]

    def digest(low: int, high: int) -> str:
        within = [list(one) for one in prunings if one[1] < high and one[2] > low]
        return digests.sha256(canonical.dumps([within, shape])).hex()

    return digest


def _digest(prunings: Prunings) -> str:
    return digests.sha256(canonical.dumps([list(one) for one in prunings])).hex()


def _empty(shipment: Shipment, tenant: Tenant, region: str) -> Manifest:
    before, copy = shipment.before, shipment.copy
    return Manifest(
        kind="tenant",
        subject=str(tenant.pk),
        bundle=shipment.bundle,
        number=before.number + 1 if before else 1,
        previous={"name": copy.manifest_name, "digest": bytes(copy.manifest_digest or b"").hex()}
        if copy.manifest_name
        else None,
        made_at=clock.now().isoformat(),
        whole_at="",
        about={
            "tenant": {
                "id": str(tenant.pk),
                "name": tenant.name,
                "domain": tenant.domain,
                "cloud": tenant.cloud,
                "entra_id": str(tenant.entra_id or ""),
            },
            "msp": {"id": str(tenant.msp_id), "name": tenant.msp.name},
            "region": region,
            "signing_keys": {
                str(row.pk): Signer(row).public_key.hex() for row in SigningKey.objects.all()
            },
        },
    )
