"""What a tenant has bought: subscribed SKUs and service plans under their published ids.

Source: https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
"""

from dataclasses import dataclass
from typing import Any

from apps.sandbox.seed.draft import Draft

SERVICE_PLANS = {
    "AAD_PREMIUM": "41781fb2-bc02-4b7c-bd55-b576c07bb09d",
    "AAD_PREMIUM_P2": "eec0eb4f-6444-4f95-aba0-50c24d67f998",
    "ADALLOM_S_DISCOVERY": "932ad362-64a8-4783-9106-97849a1a30b9",
    "BI_AZURE_P0": "2049e525-b859-401b-b2a0-e0a31c4b1fe4",
    "EXCHANGE_S_ENTERPRISE": "efb87545-963c-4e0d-99df-69c6916d9eb0",
    "EXCHANGE_S_FOUNDATION": "113feb6c-3fe4-4440-bddc-54d774bf0318",
    "EXCHANGE_S_STANDARD": "9aaf7827-d63c-4b61-89c3-182f06f82e5c",
    "INTUNE_A": "c1ec4a95-1f05-45b3-a911-aa3fa01094f5",
    "MCOSTANDARD": "0feaeb32-d00e-4d66-bd5a-43b5b83db82c",
    "MFA_PREMIUM": "8a256a2b-b617-496d-b51b-e76466e88db0",
    "OFFICESUBSCRIPTION": "43de0ff5-c92c-492b-9116-175376d08c38",
    "OFFICE_BUSINESS": "094e7854-93fc-4d55-b2c0-3ab5369ebdc1",
    "RMS_S_ENTERPRISE": "bea4c11e-220a-4e6d-8eb8-8ea15d019f90",
    "RMS_S_PREMIUM": "6c57d4b6-3b23-47a5-9bc9-69f17b4947b3",
    "SHAREPOINTENTERPRISE": "5dbe027f-2339-4123-9542-606e4d348a72",
    "SHAREPOINTSTANDARD": "c7699d2e-19aa-44de-8edf-1736da088ca1",
    "TEAMS1": "57ff2da0-773e-42df-b2af-ffb7a2317929",
}
_OFFICE_ENTERPRISE = (
    "EXCHANGE_S_ENTERPRISE",
    "SHAREPOINTENTERPRISE",
    "TEAMS1",
    "MCOSTANDARD",
    "OFFICESUBSCRIPTION",
)
_ENTRA_P1 = ("AAD_PREMIUM", "MFA_PREMIUM", "ADALLOM_S_DISCOVERY")


@dataclass(frozen=True, slots=True)
class Sku:
    """One product: `plans` are names of SERVICE_PLANS."""

    part_number: str
    sku_id: str
    plans: tuple[str, ...]


SKUS = {
    sku.part_number: sku
    for sku in (
        Sku(
            "SPE_E5",
            "06ebc4ee-1bb5-47dd-8120-11324bc54e06",
            (*_OFFICE_ENTERPRISE, *_ENTRA_P1, "AAD_PREMIUM_P2", "INTUNE_A", "RMS_S_PREMIUM"),
        ),
        Sku(
            "SPE_E3",
            "05e9a617-0261-4cee-bb44-138d3ef5d965",
            (*_OFFICE_ENTERPRISE, *_ENTRA_P1, "INTUNE_A", "RMS_S_ENTERPRISE"),
        ),
        Sku(
            "AAD_PREMIUM_P2",
            "84a661c4-e949-4bd2-a560-ed7766fcaf2b",
            (*_ENTRA_P1, "AAD_PREMIUM_P2", "EXCHANGE_S_FOUNDATION"),
        ),
        Sku(
            "O365_BUSINESS_PREMIUM",
            "f245ecc8-75af-4f8e-b61f-27d8114de5f3",
            ("EXCHANGE_S_STANDARD", "SHAREPOINTSTANDARD", "TEAMS1", "OFFICE_BUSINESS"),
        ),
        Sku(
            "POWER_BI_STANDARD",
            "a403ebcc-fae0-4ca2-8c8c-7a907fd6c235",
            ("BI_AZURE_P0", "EXCHANGE_S_FOUNDATION"),
        ),
    )
}
BUNDLES = {
    "SPE_E5": ("SPE_E5", "POWER_BI_STANDARD"),
    "SPE_E3_P2": ("SPE_E3", "AAD_PREMIUM_P2", "POWER_BI_STANDARD"),
    "O365_BUSINESS_PREMIUM": ("O365_BUSINESS_PREMIUM", "POWER_BI_STANDARD"),
    "FREE": (),
}
"""What an organisation of that licence has bought; the first product is the one its staff use."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """The licence properties all members share, through the licence group."""

    licences: list[dict[str, Any]]
    states: list[dict[str, Any]]


def service_plans(licence: str) -> set[str]:
    """The names of all service plans a bundle brings."""
    return {plan for product in BUNDLES[licence] for plan in SKUS[product].plans}


def has_premium(draft: Draft) -> bool:
    """Whether the tenant has Entra ID P1, without which there is no Conditional Access."""
    return "AAD_PREMIUM" in service_plans(draft.organisation.licence)


def main_product(draft: Draft) -> Sku | None:
    """The product that the licence group gives to the staff."""
    products = BUNDLES[draft.organisation.licence]
    return SKUS[products[0]] if products else None


def licence_group_id(draft: Draft) -> str:
    """The id of the licence group, which users name before the group is made."""
    return draft.guid("group", "licence")


def assigned_to_members(draft: Draft) -> Assigned:
    """The licence of the staff: by group where Entra ID P1 allows it, otherwise direct."""
    product = main_product(draft)
    if product is None:
        return Assigned([], [])
    by_group = licence_group_id(draft) if has_premium(draft) else None
    state: dict[str, Any] = {
        "skuId": product.sku_id,
        "disabledPlans": [],
        "assignedByGroup": by_group,
        "state": "Active",
        "error": "None",
        "lastUpdatedDateTime": "2026-01-12T09:00:00Z",
    }
    return Assigned([{"skuId": product.sku_id, "disabledPlans": []}], [state])


def add_subscribed_skus(draft: Draft) -> None:
    """Create `subscribedSkus`: seats for every member and some to spare."""
    for product in BUNDLES[draft.organisation.licence]:
        sku = SKUS[product]
        used = len(draft.members) if product == BUNDLES[draft.organisation.licence][0] else 3
        body = {
            "accountId": draft.directory.tenant_id,
            "accountName": draft.organisation.initial,
            "appliesTo": "User",
            "capabilityStatus": "Enabled",
            "consumedUnits": used,
            "prepaidUnits": {
                "enabled": used + max(5, used // 20),
                "suspended": 0,
                "warning": 0,
                "lockedOut": 0,
            },
            "servicePlans": [_plan(name) for name in sku.plans],
            "skuId": sku.sku_id,
            "skuPartNumber": sku.part_number,
            "subscriptionIds": [draft.guid("subscription", product)],
        }
        identity = f"{draft.directory.tenant_id}_{sku.sku_id}"
        draft.directory.add("subscribedSku", body, object_id=identity)


def _plan(name: str) -> dict[str, Any]:
    return {
        "servicePlanId": SERVICE_PLANS[name],
        "servicePlanName": name,
        "provisioningStatus": "Success",
        "appliesTo": "Company" if name.endswith("FOUNDATION") else "User",
    }
