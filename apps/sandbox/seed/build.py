"""Seeds a world: customer tenants, the provider's tenant, and two that are no workforce tenants."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, repeat

from apps.sandbox.seed import (
    agents,
    applications,
    conditional_access,
    entitlements,
    extensions,
    federation,
    group_filler,
    groups,
    licences,
    locations,
    people,
    principals,
    privileged_groups,
    provider,
    role_settings,
    roles,
    settings,
    strengths,
    tenant_policies,
    units,
    visitors,
    workflows,
)
from apps.sandbox.seed.draft import Draft
from apps.sandbox.seed.ids import named_guid
from apps.sandbox.seed.organisations import Organisation, customers, drawn
from apps.sandbox.state.collector import without_collector
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.world import World

LEAST_USERS = 20
SMALL = 20
"""Users of the tenants that stand beside the customers."""


def build(world: World, *, users: int | Sequence[int], tenants: int, seed: int) -> None:
    """Fill an empty world, always the same for the same arguments.

    Args:
        users: accounts in each customer tenant, guests and break-glass accounts included;
            20 to 1,000,000. Several are those of the first tenants, the last of all others.
        tenants: customer tenants of category workforce. The fourth has no Entra ID P1.
            Beside them there are always the provider's own tenant ("MSP North", where the
            multi-tenant applications live), one External ID tenant and one B2C tenant, of 20
            users each.
        seed: any number; it decides every id and value.

    Raises:
        ValueError: fewer than 20 users or no tenant.
    """
    sizes = (users,) if isinstance(users, int) else tuple(users)
    if min(sizes) < LEAST_USERS or tenants < 1:
        raise ValueError("A seed needs at least 20 users and one tenant.")
    with without_collector():
        home = _draft(world, _provider_organisation(), seed, SMALL)
        provider.register_lab(home)
        of_each = chain(sizes, repeat(sizes[-1]))
        drafts = [
            _draft(world, each, seed, number)
            for each, number in zip(customers(tenants, seed), of_each, strict=False)
        ]
        outside = [
            _draft(
                world, _variant("Lakeside Shopper Accounts", "lakesideshop"), seed, SMALL, "ciam"
            ),
            _draft(world, _variant("Fernhill Customer Login", "fernhilllogin"), seed, SMALL, "b2c"),
        ]
        for draft in (home, *drafts, *outside):
            with draft.directory.filling():
                _fill(draft)
                provider.consent_to_lab(draft, home)
    world.directories = {
        draft.directory.tenant_id: draft.directory for draft in (*drafts, home, *outside)
    }


def _provider_organisation() -> Organisation:
    return replace(
        drawn()[0],
        key="mspnorth",
        name="MSP North",
        initial="mspnorth",
        domains=("mspnorth.example",),
        on_premises=None,
        generated=True,
    )


def _variant(name: str, key: str) -> Organisation:
    return replace(
        drawn()[0],
        key=key,
        name=name,
        initial=key,
        domains=(),
        licence="FREE",
        on_premises=None,
        generated=True,
    )


def _draft(
    world: World, organisation: Organisation, seed: int, users: int, category: str = "workforce"
) -> Draft:
    directory = Directory(
        named_guid(seed, organisation.key, "tenant"),
        organisation.name,
        domains=tenant_policies.domains(organisation.initial_domain, *organisation.domains),
        category=category,
        licences=licences.service_plans(organisation.licence),
    )
    world.add_directory(directory)
    return Draft(directory, organisation, seed, users)


def _fill(draft: Draft) -> None:
    """Everything in an order in which what is named exists already."""
    tenant_policies.add_tenant(draft)
    guests = max(2, draft.users // 20)
    accounts = len(visitors.BREAK_GLASS) + 1
    people.add_members(draft, draft.users - guests - accounts)
    visitors.add_break_glass_accounts(draft)
    agents.add_agent_user(draft)
    visitors.add_guests(draft, guests)
    groups.add_groups(draft)
    group_filler.add_ordinary_groups(draft)
    licences.add_subscribed_skus(draft)
    roles.add_roles(draft)
    units.add_administrative_units(draft)
    roles.add_scoped_assignments(draft)
    roles.add_eligibilities(draft)
    role_settings.add_role_settings(draft)
    privileged_groups.add_privileged_groups(draft)
    principals.add_services(draft)
    applications.add_applications(draft)
    agents.add_agent_identities(draft)
    principals.add_foreign_principals(draft)
    principals.add_grants(draft)
    tenant_policies.add_policies(draft)
    settings.add_settings(draft)
    federation.add_federation(draft)
    entitlements.add_entitlements(draft)
    workflows.add_workflows(draft)
    extensions.add_extensions(draft)
    strength = strengths.add_strengths(draft)
    if licences.has_premium(draft):
        references = conditional_access.References(
            draft.groups["break-glass"], locations.add_named_locations(draft), strength
        )
        conditional_access.add_policies(draft, references)
