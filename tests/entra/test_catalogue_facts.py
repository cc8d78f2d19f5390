"""What the catalogue says against what Graph's metadata says."""

import re
from collections.abc import Iterator

import pytest

from apps.entra.catalogue import KINDS, LINKS, Kind, Link, Property, Writability
from apps.entra.catalogue.permissions import BACKUP_PERMISSIONS, RECOVERY_PERMISSIONS
from apps.entra.catalogue.role_settings import GROUP_ROLE_SETTING
from tests.entra import facts

pytestmark = facts.needed

_WRITTEN = {Writability.WRITABLE, Writability.OWN_REQUEST}

# Where the metadata is known to be wrong or silent: (type, property) -> why we do otherwise.
_READ_ONLY_IF_BUILT_IN = "Marked read-only, which holds for built-in roles alone."
KNOWN_GAPS = {
    **{
        ("unifiedRoleDefinition", name): _READ_ONLY_IF_BUILT_IN
        for name in ("description", "displayName", "isEnabled", "rolePermissions", "version")
    },
    (
        "authenticationFlowsPolicy",
        "selfServiceSignUp",
    ): "Marked read-only, but the update page has it.",
    ("user", "businessPhones"): "Marked read-only, but the update page lists it.",
    ("user", "mobilePhone"): "Marked read-only for synchronised users only.",
    ("user", "onPremisesExtensionAttributes"): "Writable where the user is not synchronised.",
}

# Types that our copy of the metadata leaves out.
LEFT_OUT = {
    "groupLifecyclePolicy",
    "subscribedSku",
    "onTokenIssuanceStartCustomExtension",
    "onAttributeCollectionStartCustomExtension",
    "onAttributeCollectionSubmitCustomExtension",
    "onOtpSendCustomExtension",
}
# Requests that it leaves out -> the page.
UNLISTED = {
    (
        "PUT",
        "/policies/adminConsentRequestPolicy",
    ): "https://learn.microsoft.com/graph/api/adminconsentrequestpolicy-update",
    (
        "PUT",
        "/policies/deviceRegistrationPolicy",
    ): "https://learn.microsoft.com/graph/api/deviceregistrationpolicy-update",
    (
        "GET",
        "/subscribedSkus/{id}",
    ): "https://learn.microsoft.com/graph/api/subscribedsku-get",
}

# Properties that the metadata keeps elsewhere than on the kind's type.
KEPT_ELSEWHERE = {
    ("user", "perUserMfaState"): "On strongAuthenticationRequirements, beside the user.",
    ("unifiedRoleManagementPolicyAssignment", "displayName"): "On the role definition.",
    ("unifiedRoleAssignment", "assignmentType"): "On the instance of its schedule.",
    ("unifiedRoleAssignment", "endDateTime"): "On the instance of its schedule.",
    ("authenticationMethodConfiguration", "includeTargets"): "On each of the derived types.",
    (
        "x509CertificateAuthenticationMethodConfiguration",
        "crlValidationConfiguration",
    ): "In v1.0 alone, beside the beta that is read: named as out of reach.",
}

# The metadata's permission rows that are silent or wrong about an endpoint -> what the page says.
PERMISSION_ROWS = {
    (
        "GET",
        "/organization/{id}",
    ): "Names Intune's permissions; the page asks Organization.Read.All.",
    **{
        (
            method,
            "/domains/{id}/federationConfiguration/{id}",
        ): "Names the wider permissions alone; "
        "the pages have Domain-InternalFederation's as the least."
        for method in ("GET", "PATCH", "DELETE")
    },
    ("POST", "/directory/deletedItems/{id}/restore"): "One row for users and agents; the page has "
    "a table by type: Group.ReadWrite.All, Application.ReadWrite.All.",
    **dict.fromkeys(
        (
            ("GET", GROUP_ROLE_SETTING.list_path),
            ("GET", GROUP_ROLE_SETTING.item_path),
            ("PATCH", "/policies/roleManagementPolicies/{id}/rules/{rule}"),
        ),
        "One row for roles and groups; the page has a table of its own for groups.",
    ),
    ("GET", "/applications/{id}/federatedIdentityCredentials/{id}"): "Names only the writers; "
    "Holdfast looks at single ones with its recovery application, which is one.",
}


def _typed_properties() -> Iterator[tuple[Kind, str, Property]]:
    for kind in KINDS:
        for item in kind.properties:
            yield kind, kind.graph_type, item
        for sub in kind.subtypes:
            for item in sub.properties:
                yield kind, sub.odata_type.removeprefix("#microsoft.graph."), item


def _name(case: object) -> str:
    return case.name if isinstance(case, Kind | Property | Link) else str(case)


@pytest.mark.parametrize(("kind", "graph_type", "item"), list(_typed_properties()), ids=_name)
def test_every_property_exists_in_its_version(kind: Kind, graph_type: str, item: Property) -> None:
    if (graph_type, item.name) in KEPT_ELSEWHERE or graph_type in LEFT_OUT or item.within:
        return
    known = facts.types()[graph_type]["properties"]
    version = "b" if "beta" in (kind.version, item.version) else "v"

    assert item.name in known
    assert version in known[item.name]["ver"]


@pytest.mark.parametrize(
    ("kind", "graph_type", "item"),
    [case for case in _typed_properties() if case[2].write in _WRITTEN],
    ids=_name,
)
def test_what_is_written_is_not_read_only(kind: Kind, graph_type: str, item: Property) -> None:
    if graph_type in LEFT_OUT:
        return
    flags = facts.types()[graph_type]["properties"].get(item.name, {}).get("flags", [])

    assert "RO" not in flags or (graph_type, item.name) in KNOWN_GAPS
    assert "CSDL:Immutable" not in flags


@pytest.mark.parametrize("gap", sorted(KNOWN_GAPS))
def test_each_known_gap_is_still_one(gap: tuple[str, str]) -> None:
    graph_type, name = gap

    assert "RO" in facts.types()[graph_type]["properties"][name]["flags"]


@pytest.mark.parametrize("kind", KINDS, ids=_name)
def test_every_plain_property_of_a_kind_is_accounted_for(kind: Kind) -> None:
    version = "b" if kind.version == "beta" else "v"
    derived = [sub.odata_type.removeprefix("#microsoft.graph.") for sub in kind.subtypes]
    for graph_type in (kind.graph_type, *derived):
        if graph_type in LEFT_OUT:
            continue
        known = facts.types()[graph_type]["properties"]
        plain = {
            name for name, item in known.items() if version in item["ver"] and not item.get("nav")
        }
        # then a property is either described or on the list of those that say nothing
        spoken_for = set(kind.by_name) | _SAYS_NOTHING.get(kind.name, set())
        missing = plain - spoken_for - {"id", "deletedDateTime"}
        assert not missing, (graph_type, sorted(missing))


_SAYS_NOTHING = {
    "user": {
        "authorizationInfo",  # certificate ids, written by the certificate's own flow
        "deviceEnrollmentLimit",  # Intune's
        "notes",  # OneNote, not a property
        "onPremisesProvisioningErrors",  # the moment's errors
        "print",
        "serviceProvisioningErrors",
        "userConfigurations",
        "infoCatalogs",
    },
    "group": {
        "infoCatalogs",
        "onPremisesExtensionAttributes",
        "onPremisesProvisioningErrors",
        "organizationId",
        "serviceProvisioningErrors",
        "welcomeMessageEnabled",
    },
    "authenticationMethodsPolicy": {"authenticationMethodConfigurations"},  # a kind of its own
    "lifecycleWorkflow": {"subjectProcessingResults"},  # what its runs did
}


@pytest.mark.parametrize("name", sorted(RECOVERY_PERMISSIONS))
def test_every_permission_is_an_app_role_with_graphs_id(name: str) -> None:
    assert RECOVERY_PERMISSIONS[name] == facts.app_roles()[name]


def test_recovery_can_read_whatever_backup_can() -> None:
    assert set(BACKUP_PERMISSIONS) <= set(RECOVERY_PERMISSIONS)
    assert not [name for name in BACKUP_PERMISSIONS if "Write" in name]


def _requests() -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """(method, path, version, permissions) of everything the catalogue leads to."""
    for kind in KINDS:
        yield "GET", kind.list_path, kind.version, kind.read_permission
        if not kind.singleton:
            yield "GET", kind.item_path, kind.version, kind.read_permission
        if kind.delta_path:
            yield "GET", kind.delta_path, kind.version, kind.read_permission
        if kind.bin_path:
            yield "GET", kind.bin_path, kind.version, kind.read_permission
            yield "POST", kind.undelete_path, kind.version, kind.restore_permission
        if kind.updatable:
            yield kind.update_method, _written(kind), kind.version, kind.write_permission
        if kind.deletable:
            yield "DELETE", kind.item_path, kind.version, kind.write_permission
        for item in kind.read_apart.values():
            yield "GET", item.read_path, item.version, (item.read_permission,)
            yield "PATCH", item.read_path, item.version, (item.write_permission,)
    for link in LINKS.values():
        yield "GET", link.read_path, link.version, (link.read_permission,)
        added = (link.write_permission, link.add_permission)
        yield link.add_method, link.write_path, link.version, added
        yield "DELETE", link.remove_path, link.version, (link.write_permission,)


def _written(kind: Kind) -> str:
    if kind.graph_type == "unifiedRoleManagementPolicyAssignment":
        name = "rule" if kind is GROUP_ROLE_SETTING else "id"
        return f"/policies/roleManagementPolicies/{{id}}/rules/{{{name}}}"
    return kind.item_path


@pytest.mark.parametrize(("method", "path", "version", "permissions"), list(_requests()))
def test_every_request_is_documented_with_a_permission_we_ask_for(
    method: str, path: str, version: str, permissions: tuple[str, ...]
) -> None:
    # given the endpoint as Graph's metadata spells it
    template = re.sub(r"\{(parent|target|rule|tenant)\}", "{id}", path.partition("?")[0])
    if (method, template) in UNLISTED:
        return
    item = facts.endpoints().get((method, template))

    # then it exists in our version
    assert item is not None, (method, template)
    assert item["beta" if version == "beta" else "v1"]

    # and one of the permissions that its row names is among ours
    rows = [*item.get("least_app", ()), *item.get("other_app", ())]
    documented = {name.split(" ")[0] for name in rows}
    gaps = {(method, path), (method, template)} & PERMISSION_ROWS.keys()
    if gaps or not documented:
        return
    assert documented & set(permissions), sorted(documented)


@pytest.mark.parametrize("link", LINKS.values(), ids=_name)
def test_what_adding_a_link_asks_for_besides_is_asked_for_too(link: Link) -> None:
    # given what the metadata says goes together: "A (+B,C)"
    path = link.write_path.replace("{target}", "{id}")
    rows = facts.endpoints()[link.add_method, path].get("least_app", ())
    together = {name for row in rows for name in re.findall(r"\(\+([^)]*)\)", row)}

    assert together <= {link.add_permission}
