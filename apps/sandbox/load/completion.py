"""What every tenant has and an export may leave out, so that a loaded tenant can be worked with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.sandbox.seed import (
    federation,
    privileged_groups,
    provider,
    resources,
    role_settings,
    roles,
    strengths,
)
from apps.sandbox.seed.draft import Draft
from apps.sandbox.seed.licences import SERVICE_PLANS
from apps.sandbox.seed.organisations import drawn
from apps.sandbox.seed.people import PASSWORD_PROFILE
from apps.sandbox.seed.tenant_policies import domains as domain_bodies
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.world import World

Objects = Mapping[str, tuple[str, dict[str, Any]]]
_CATEGORIES = {"CIAM": "ciam", "AAD B2C": "b2c"}
_PREMIUM_SIGNS = ("conditionalAccessPolicy", "ipNamedLocation", "countryNamedLocation")


@dataclass(frozen=True, slots=True)
class TenantFacts:
    """What the files tell about the tenant itself."""

    tenant_id: str
    display_name: str
    domains: list[dict[str, Any]]
    category: str
    licences: set[str]

    def directory(self) -> Directory:
        """An empty directory of that tenant."""
        return Directory(
            self.tenant_id,
            self.display_name,
            domains=self.domains,
            category=self.category,
            licences=self.licences,
        )


def tenant_facts(objects: Objects, tenant_id: str, *, given: bool) -> TenantFacts:
    """Read id, name, domains, category and licences off the objects.

    `tenant_id` is kept if it was `given`; otherwise the id of the organization goes first.
    """
    organization = next((each for each in objects.items() if each[1][0] == "organization"), None)
    body = organization[1][1] if organization else {}
    if organization and not given and _is_guid(organization[0]):
        tenant_id = organization[0]
    return TenantFacts(
        tenant_id=tenant_id,
        display_name=str(body.get("displayName") or "Loaded tenant"),
        domains=_domains(objects, body),
        category=_CATEGORIES.get(str(body.get("tenantType")), "workforce"),
        licences=_licences(objects, body),
    )


def complete(world: World, directory: Directory, *, strangers: bool = True) -> list[str]:
    """Add what is missing; returns what was added, by name.

    Microsoft Graph, the built-in roles and strengths are there in every tenant. strangers: users
    get the password of seeded users, for no export holds passwords, and the lab application is
    consented to.
    """
    added = [
        *_missing_singletons(directory),
        *_missing_services(directory),
        *_missing_roles(directory),
        *_missing_strengths(directory),
        *_missing_settings(directory),
    ]
    if not strangers:
        return [*added, *_missing_permissions(directory)]
    for user in list(directory.of_type("user")):
        if user.body.get("userType") != "Guest" and "passwordProfile" not in user.body:
            directory.change(user.id, {"passwordProfile": PASSWORD_PROFILE})
    if _consent_to_lab(world, directory):
        added.append(f"consent to {provider.LAB_NAME}")
    return added


def _domains(objects: Objects, organization: Mapping[str, Any]) -> list[dict[str, Any]]:
    own = [{"id": key, **body} for key, (kind, body) in objects.items() if kind == "domain"]
    if own:
        return own
    verified = _mappings(organization.get("verifiedDomains"))
    names = [each for each in verified if each.get("name")]
    if not names:
        return domain_bodies("loaded.onmicrosoft.com")
    bodies = domain_bodies("", *(each["name"] for each in names))[1:]
    for body, told in zip(bodies, names, strict=True):
        body["isDefault"] = bool(told.get("isDefault"))
        body["isInitial"] = bool(told.get("isInitial"))
    return bodies


def _licences(objects: Objects, organization: Mapping[str, Any]) -> set[str]:
    by_id = {plan_id: name for name, plan_id in SERVICE_PLANS.items()}
    found = {
        by_id.get(str(plan.get("servicePlanId")), "")
        for plan in _mappings(organization.get("assignedPlans"))
        if plan.get("capabilityStatus") == "Enabled"
    }
    for kind, body in objects.values():
        if kind == "subscribedSku":
            plans = _mappings(body.get("servicePlans"))
            found |= {str(plan.get("servicePlanName")) for plan in plans}
        elif kind in _PREMIUM_SIGNS:
            found.add("AAD_PREMIUM")
    return found - {""}


def _mappings(value: object) -> list[dict[str, Any]]:
    """The objects of a list that a file may have anything in."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _missing_singletons(directory: Directory) -> list[str]:
    added = []
    if directory.get(directory.tenant_id) is None:
        body = {"displayName": directory.display_name, "tenantType": "AAD"}
        directory.add("organization", body, object_id=directory.tenant_id)
        added.append("organization")
    for domain in directory.domains:
        if directory.get(domain["id"]) is None:
            directory.add("domain", domain, object_id=domain["id"])
            added.append(f"domain {domain['id']}")
    return added


def _missing_services(directory: Directory) -> list[str]:
    added = []
    draft = _draft(directory)
    for app_id, body in resources.principal_bodies().items():
        if directory.find("servicePrincipal", "appId", app_id) is None:
            draft.add("servicePrincipal", dict(body), app_id)
            added.append(body["displayName"])
    return added


def _missing_roles(directory: Directory) -> list[str]:
    draft = _draft(directory)
    missing = [each for each in roles.templates() if directory.get(each["templateId"]) is None]
    for role in missing:
        roles.add_definition(draft, role)
    return [f"{len(missing)} built-in role definitions"] if missing else []


def _missing_strengths(directory: Directory) -> list[str]:
    missing = strengths.add_missing_built_in(directory)
    return [f"{missing} built-in authentication strengths"] if missing else []


def _missing_settings(directory: Directory) -> list[str]:
    """Settings of roles that were added, which groups are looked after, and policies."""
    draft = _draft(directory)
    settings = role_settings.add_missing(draft)
    privileged_groups.add_missing(directory)
    policies = federation.add_missing(directory)
    return [*([f"settings of {settings} roles"] if settings else []), *policies]


def _missing_permissions(directory: Directory) -> list[str]:
    """Application permissions of Graph that the tenant's own record of it does not list."""
    graph = directory.find("servicePrincipal", "appId", resources.GRAPH)
    if graph is None:
        return []
    listed: list[dict[str, Any]] = graph.body.get("appRoles") or []
    known = {role.get("id") for role in listed}
    named = resources.graph_roles().items()
    missing = [resources.app_role(value, each) for value, each in named if each not in known]
    if missing:
        directory.change(graph.id, {"appRoles": [*listed, *missing]})
    return [f"{len(missing)} permissions of Microsoft Graph"] if missing else []


def _consent_to_lab(world: World, directory: Directory) -> bool:
    """Give the lab application its service principal, if the world has the application."""
    for home in world.directories.values():
        application = home.find("application", "displayName", provider.LAB_NAME)
        if application is None:
            continue
        app_id = application.body["appId"]
        if directory.find("servicePrincipal", "appId", app_id) is not None:
            return False
        graph = directory.find("servicePrincipal", "appId", resources.GRAPH)
        draft = _draft(directory)
        draft.principals[resources.GRAPH] = graph.id if graph else ""
        provider.consent(draft, application, home.tenant_id)
        return True
    return False


def _draft(directory: Directory) -> Draft:
    """A draft whose ids depend on the tenant alone."""
    return Draft(directory, drawn()[0], seed=0, users=0, prefix=directory.tenant_id)


def _is_guid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
