"""Foreign keys that cannot cross tenants: what a row names must belong where the row belongs.

A key from one walled table to another is doubled by one over two columns: (tenant_id, x_id) to
(tenant_id, id), or the same with the MSP. Keys to the tenant itself are doubled by (msp_id,
tenant_id), where the row also says its MSP.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps

from apps.core.digests import sha256
from apps.core.walls.ways import MSP, TENANT, Key, Way, foreign_keys, target_label, ways

# Keys that need no second column, with the reason; a test refuses an entry that is not needed.
EXCEPTIONS: dict[str, str] = {
    "notify.Delivery.route": "a tenant may have left for another MSP since it was put there",
    "history.OffsiteCopy.store": "a store of the installation takes the tenants of every MSP",
    "history.OffsiteKeyCopy.store": "a store of the installation takes the tenants of every MSP",
    "recovery.SweepTenant.sweep": "a tenant may have left for another MSP since it was swept",
}


@dataclass(frozen=True, slots=True)
class SameTenant:
    """One foreign key over two columns. Columns are pairs: what both sides share, and the key."""

    table: str
    columns: tuple[str, str]
    target: str
    target_columns: tuple[str, str]

    @property
    def name(self) -> str:
        return _name(self.table, self.columns, "_same")

    @property
    def unique_name(self) -> str:
        return _name(self.target, self.target_columns, "_with")


def same_tenant_keys() -> list[SameTenant]:
    """Every foreign key over two columns that the models call for."""
    return [key for field in _walled_keys() if (key := _doubled(field))]


def uncovered() -> list[str]:
    """Foreign keys between walled tables that nothing holds within one tenant or MSP."""
    return [
        f"{field.model._meta.label}.{field.name}"
        for field in _walled_keys()
        if f"{field.model._meta.label}.{field.name}" not in EXCEPTIONS and not _held(field)
    ]


def _walled_keys() -> list[Key]:
    return [
        field
        for label in ways()
        for field in foreign_keys(apps.get_model(label))
        if target_label(field) in ways()
    ]


def _held(field: Key) -> bool:
    here = ways()[field.model._meta.label]
    if field.column in (here.tenant, here.msp) and not (here.tenant and here.msp):
        return True  # it is what says where the row belongs
    if target_label(field) == MSP:
        return bool(here.tenant)  # held by the key to the tenant, which names the MSP too
    is_only_parent = len(here.parents) == 1
    return is_only_parent or _doubled(field) is not None


def _doubled(field: Key) -> SameTenant | None:
    here, there = ways()[field.model._meta.label], ways()[target_label(field)]
    if target_label(field) == MSP:
        return None
    shared = _shared(field, here, there)
    if shared is None:
        return None
    return SameTenant(
        here.table,
        (shared[0], str(field.column)),
        there.table,
        (shared[1], str(field.target_field.column)),
    )


def _shared(field: Key, here: Way, there: Way) -> tuple[str, str] | None:
    """The columns of both sides that name the same tenant, or the same MSP."""
    if here.tenant and there.tenant and target_label(field) != TENANT:
        return here.tenant, there.tenant
    if here.msp and there.msp and field.column != here.msp:
        return here.msp, there.msp
    return None


def _name(table: str, columns: tuple[str, str], ending: str) -> str:
    said = "_".join((table, *columns))
    return f"{said[:44]}_{sha256(said.encode()).hex()[:8]}{ending}"
