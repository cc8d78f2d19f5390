"""Files of other tools become a snapshot, and a report says what became of each of them."""

from pathlib import Path

import pytest

from apps.core.errors import Conflict, Invalid
from apps.history.choices import CaptureMode
from apps.history.models import Snapshot, SnapshotImport, SnapshotPin
from apps.tenants.models import Tenant
from tests.history.conftest import Capture
from tests.history.imports import (
    BETA,
    JUNE,
    MAY,
    V1,
    Files,
    Import,
    bodies,
    guid,
    importer,
    known,
    links,
    told,
)

ANN, BEN, STAFF, APP, SALES = map(guid, ("ann", "ben", "staff", "app", "sales"))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.fixture
def bring_in(tenant: Tenant, tmp_path: Path) -> Import:
    return importer(tenant, tmp_path)


def entra_exporter(files: Files, tenant: Tenant) -> None:
    """The layout of EntraExporter, as PowerShell 5.1 writes it: UTF-16 with a mark."""

    def put(path: str, value: object) -> None:
        files.put(path, value, encoding="utf-16")

    put("Organization/Organization.json", [{"id": str(tenant.entra_id), "displayName": "C"}])
    put(
        f"Users/{ANN}/{ANN}.json",
        {"id": ANN, "displayName": "Ann", "department": None, "infoCatalogs": [], "extensions": []},
    )
    put(f"Groups/{STAFF}/{STAFF}.json", {"id": STAFF, "displayName": "Staff", "groupTypes": []})
    put(
        f"Groups/{STAFF}/Members/{ANN}/{ANN}.json",
        {"@odata.type": "#microsoft.graph.user", "id": ANN, "displayName": "Ann"},
    )
    put(f"Groups/{STAFF}/Owners/{BEN}/{BEN}.json", {"id": BEN, "displayName": "Ben"})
    put(
        f"ServicePrincipals/{APP}/{APP}.json",
        {"id": APP, "displayName": "App", "appId": guid("appId")},
    )
    put(
        f"ServicePrincipals/{APP}/AppRoleAssignedTo/aB1/aB1.json",
        {"id": "aB1", "principalId": ANN, "resourceId": APP, "appRoleId": guid("role")},
    )
    put(
        f"ServicePrincipals/{APP}/Oauth2PermissionGrants/gR1/gR1.json",
        {"id": "gR1", "clientId": APP, "resourceId": guid("graph"), "scope": "User.Read openid"},
    )
    put(
        f"Applications/{APP}/ExtensionProperties/{BEN}/{BEN}.json",
        {"id": BEN, "name": "extension_1"},
    )
    put(
        f"Identity/Conditional/AccessPolicies/{SALES}/{SALES}.json",
        {"id": SALES, "displayName": "MFA", "state": "enabled", "conditions": {}},
    )
    put(
        "Policies/AuthenticationMethodsPolicy/AuthenticationMethodConfigurations/Email.json",
        {
            "@odata.context": f"{V1}#authenticationMethodConfigurations/$entity",
            "@odata.type": "#microsoft.graph.emailAuthenticationMethodConfiguration",
            "id": "Email",
            "state": "enabled",
        },
    )
    put(
        "Policies/AuthorizationPolicy/authorizationPolicy/authorizationPolicy.json",
        {"id": "authorizationPolicy", "allowInvitesFrom": "everyone"},
    )
    put(f"PIM/Groups/{STAFF}/{STAFF}.json", {"id": STAFF, "displayName": "Staff"})
    put(
        f"AdministrativeUnits/{SALES}/Members/{BEN}/{BEN}.json",
        {"@odata.type": "#microsoft.graph.user", "id": BEN},
    )


def test_entra_exporters_folders_become_objects_and_links(
    tenant: Tenant, files: Files, bring_in: Import
) -> None:
    entra_exporter(files, tenant)

    done = bring_in()

    assert done.snapshot is not None
    held = bodies(tenant, 1)
    assert set(held) == {
        str(tenant.entra_id), ANN, STAFF, APP, "aB1", "gR1", SALES, "Email", "authorizationPolicy",
    }  # fmt: skip
    assert known(held[ANN]) == {"id": ANN, "displayName": "Ann"}
    assert known(held["aB1"])["@parent"] == APP
    assert known(held["gR1"])["scope"] == "User.Read openid"
    assert links(tenant, 1) == {("group.members", STAFF, ANN), ("group.owners", STAFF, BEN)}


def test_entra_exporters_files_are_told_of_one_by_one(
    tenant: Tenant, files: Files, bring_in: Import
) -> None:
    entra_exporter(files, tenant)

    report = told(bring_in())

    assert report[f"Users/{ANN}/{ANN}.json"] == {
        "file": f"Users/{ANN}/{ANN}.json",
        "outcome": "understood",
        "objects": {"user": 1},
        "recognised_by": ["its folder"],
        "left_out": ["extensions", "infoCatalogs"],
    }
    assert report[f"Groups/{STAFF}/Members/{ANN}/{ANN}.json"]["links"] == {"group.members": 1}
    kept_elsewhere = f"Applications/{APP}/ExtensionProperties/{BEN}/{BEN}.json"
    assert "ExtensionProperties is not kept" in report[kept_elsewhere]["why"][0]
    assert report[f"PIM/Groups/{STAFF}/{STAFF}.json"]["outcome"] == "not understood"
    assert (
        report[f"AdministrativeUnits/{SALES}/Members/{BEN}/{BEN}.json"]["outcome"]
        == "not understood"
    )


def intune_management(files: Files) -> None:
    """The layout of IntuneManagement: a file for each object, named by what it is called."""
    policy = {
        "@odata.context": f"{BETA}#identity/conditionalAccess/policies/$entity",
        "id": SALES,
        "displayName": "Require MFA / all users",
        "state": "enabledForReportingButNotEnforced",
        "conditions": {"users": {"includeGroups": [STAFF]}},
        "grantControls": {
            "operator": "AND",
            "builtInControls": ["mfa"],
            "authenticationStrength@odata.context": f"{BETA}#x",
            "authenticationStrength": None,
        },
        "sessionControls": "System.Collections.Hashtable",
        "#CustomRef_groups": "Staff",
    }
    files.put("Contoso/ConditionalAccess/Require MFA all users.json", policy, encoding="utf-16-le")
    location = {
        "@odata.type": "#microsoft.graph.countryNamedLocation",
        "id": guid("home"),
        "displayName": "Home",
        "countriesAndRegions": ["CH"],
    }
    files.put(f"Contoso/NamedLocations/Home_{guid('home')}.json", location, encoding="utf-8-sig")
    group = {
        "id": STAFF,
        "displayName": "Staff of %OrganizationName%",
        "mailNickname": "staff",
        "assignments": [{"id": "x", "target": {"groupId": STAFF}}],
        "owners@odata.navigationLink": "groups('x')/owners",
        "members@odata.context": f"{BETA}#groups('x')/members",
        "members": [{"@odata.type": "#microsoft.graph.user", "id": ANN}],
    }
    files.put("Contoso/Groups/Staff.json", group, encoding="utf-16-be")
    files.put(
        "Contoso/Applications/Company Portal.json",
        {"@odata.type": "#microsoft.graph.win32LobApp", "id": APP, "displayName": "Portal"},
    )
    files.put("Contoso/MigrationTable.json", {"TenantId": "x", "Objects": []})


def test_intune_managements_files_are_read_whatever_their_encoding(
    tenant: Tenant, files: Files, bring_in: Import
) -> None:
    intune_management(files)

    done = bring_in()

    held = bodies(tenant, 1)
    assert known(held[SALES]) == {
        "id": SALES,
        "displayName": "Require MFA / all users",
        "state": "enabledForReportingButNotEnforced",
        "conditions": {"users": {"includeGroups": [STAFF]}},
        "grantControls": {
            "operator": "AND",
            "builtInControls": ["mfa"],
            "authenticationStrength": None,
        },
    }
    assert known(held[guid("home")])["@odata.type"] == "#microsoft.graph.countryNamedLocation"
    assert links(tenant, 1) == {("group.members", STAFF, ANN)}
    report = told(done)
    assert report["Contoso/Applications/Company Portal.json"]["why"] == [
        "Holdfast keeps no win32LobApp."
    ]
    assert report["Contoso/MigrationTable.json"]["outcome"] == "not understood"
    assert "assignments" in report["Contoso/Groups/Staff.json"]["left_out"]


def test_a_value_that_the_tool_cut_off_or_replaced_is_not_known(
    tenant: Tenant, files: Files, bring_in: Import
) -> None:
    intune_management(files)

    bring_in()

    held = bodies(tenant, 1)
    assert "sessionControls" in held[SALES]["@unknown"]
    assert "displayName" in held[STAFF]["@unknown"]


def test_plain_lists_are_known_by_their_context(
    tenant: Tenant, files: Files, bring_in: Import
) -> None:
    files.put(
        "page1.json",
        {
            "@odata.context": f"{V1}#users(id,displayName,manager())",
            "@odata.nextLink": "https://graph.microsoft.com/v1.0/users?$skiptoken=x",
            "value": [{"id": ANN, "displayName": "Ann", "manager": {"id": BEN}}],
        },
    )
    files.put("page2.json", {"@odata.context": f"{V1}#users", "value": [{"id": BEN}]})
    files.put(
        "m.json", {"@odata.context": f"{V1}#groups('{STAFF}')/members", "value": [{"id": ANN}]}
    )
    files.put("groups-page2.json", {"value": [{"id": STAFF, "displayName": "Staff"}]})
    files.put(
        "d.json",
        {
            "@odata.context": f"{V1}#directoryObjects",
            "value": [{"@odata.type": "#microsoft.graph.user", "id": SALES}],
        },
    )

    done = bring_in()

    assert set(bodies(tenant, 1)) == {ANN, BEN, STAFF, SALES}
    assert links(tenant, 1) == {("user.manager", ANN, BEN), ("group.members", STAFF, ANN)}
    held = bodies(tenant, 1)
    assert "members" not in held[STAFF]["@unknown"]
    assert "manager" not in held[ANN]["@unknown"]
    assert "manager" in held[BEN]["@unknown"]
    assert told(done)["groups-page2.json"]["recognised_by"] == ["its file name"]


def test_what_a_file_does_not_say_is_not_known_and_null_is(
    tenant: Tenant, files: Files, bring_in: Import
) -> None:
    files.put("users.json", [{"id": ANN, "displayName": "Ann", "department": None}])

    bring_in()

    unknown = bodies(tenant, 1)[ANN]["@unknown"]
    assert "department" not in unknown
    assert {"accountEnabled", "jobTitle", "manager"} <= set(unknown)


def test_an_import_says_everywhere_that_it_is_one(
    tenant: Tenant, files: Files, bring_in: Import
) -> None:
    entra_exporter(files, tenant)

    done = bring_in(reason="the folder from the old laptop")

    snapshot = done.snapshot
    assert snapshot is not None
    assert (snapshot.mode, snapshot.taken_at, snapshot.complete) == (CaptureMode.IMPORT, MAY, False)
    assert (snapshot.reason, done.reason) == ("import", "the folder from the old laptop")
    rows = {row.collection: row for row in snapshot.collections.all()}
    assert {row.status for row in rows.values()} == {"partial"}
    assert rows["user"].detail == "From files. Nothing follows from what they do not name."
    assert rows["namedLocation"].detail == "The files hold nothing of this kind."
    assert {row.read_at for row in rows.values() if row.collection in ("user", "group")} == {MAY}
    assert SnapshotPin.objects.get().snapshot == snapshot


def test_the_oldest_import_comes_first(tenant: Tenant, files: Files, bring_in: Import) -> None:
    files.put("users.json", [{"id": ANN, "displayName": "Ann"}])
    bring_in(at=JUNE)

    with pytest.raises(Invalid, match="in the order of their times"):
        bring_in(at=MAY)

    assert Snapshot.objects.count() == 1


def test_nothing_is_imported_after_the_tenant_itself_was_read(
    tenant: Tenant, files: Files, bring_in: Import, capture: Capture
) -> None:
    files.put("users.json", [{"id": ANN, "displayName": "Ann"}])
    capture()

    with pytest.raises(Conflict, match="stands before all of those"):
        bring_in()

    assert not SnapshotImport.objects.exists()


def test_files_of_another_directory_are_refused(
    tenant: Tenant, files: Files, bring_in: Import
) -> None:
    files.put("Organization/Organization.json", {"id": guid("other"), "displayName": "Other"})

    with pytest.raises(Conflict, match="another directory"):
        bring_in()

    row = SnapshotImport.objects.get()
    assert (row.state, row.snapshot) == ("failed", None)
    assert row.report is not None
