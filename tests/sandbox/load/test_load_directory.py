"""Exports of real tenants, in every form that tools and browsers give them."""

import codecs
import json
from pathlib import Path
from typing import Any

import pytest

from apps.sandbox.load import LoadReport, load_directory
from apps.sandbox.load.reading import decode
from apps.sandbox.seed import PASSWORD, build, lab_client_id
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.world import World

TENANT = "5f0c7d57-1d3e-4e0c-9a55-0c7f3a1b2c01"
ANNA = "0a0a0a0a-0000-4000-8000-000000000001"
BEN = "0a0a0a0a-0000-4000-8000-000000000002"
SALES = "0a0a0a0a-0000-4000-8000-000000000003"
PORTAL = "0a0a0a0a-0000-4000-8000-000000000004"
CONTEXT = "https://graph.microsoft.com/v1.0/$metadata"


def user(object_id: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": object_id,
        "displayName": name,
        "userPrincipalName": f"{name.lower()}@contoso.example",
        "accountEnabled": True,
        **more,
    }


def write(path: Path, content: object, *, mark: bytes = b"", encoding: str = "utf-8") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(mark + json.dumps(content, ensure_ascii=False).encode(encoding))


def load(directory: Path, world: World | None = None) -> tuple[LoadReport, Directory]:
    world = world or World()
    report = load_directory(world, directory)
    return report, world.directories[report.tenant_id]


def reasons(report: LoadReport) -> dict[str, str]:
    return {file.path: file.reason for file in report.not_understood}


def test_a_list_response_gives_its_objects(tmp_path: Path) -> None:
    content = {
        "@odata.context": f"{CONTEXT}#users(id,displayName)",
        "value": [user(ANNA, "Anna", city=None), user(BEN, "Bén")],
    }
    write(tmp_path / "anything.json", content)

    report, directory = load(tmp_path)

    assert reasons(report) == {}
    assert report.counts == {"user": 2}
    anna, ben = directory.get(ANNA), directory.get(BEN)
    assert anna is not None
    assert ben is not None
    assert "city" not in anna.body
    assert ben.body["displayName"] == "Bén"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_every_encoding_is_read(tmp_path: Path, mark: bytes, encoding: str) -> None:
    write(tmp_path / "users.json", [user(ANNA, "Ånna Øst 漢")], mark=mark, encoding=encoding)

    report, directory = load(tmp_path)

    assert reasons(report) == {}
    anna = directory.get(ANNA)
    assert anna is not None
    assert anna.body["displayName"] == "Ånna Øst 漢"


def test_decoding_tells_a_byte_order_mark_from_text() -> None:
    assert decode(b'{"a": 1}') == '{"a": 1}'
    assert decode(codecs.BOM_UTF8 + b"[]") == "[]"


def test_the_layout_of_entra_exporter_gives_objects_and_links(tmp_path: Path) -> None:
    write(tmp_path / "Organization/Organization.json", {
        "id": TENANT,
        "displayName": "Contoso Export",
        "verifiedDomains": [{"name": "contoso.example", "isDefault": True, "isInitial": False}],
        "assignedPlans": [{"servicePlanId": "eec0eb4f-6444-4f95-aba0-50c24d67f998",
                           "capabilityStatus": "Enabled"}],
    })  # fmt: skip
    write(tmp_path / f"Users/{ANNA}/{ANNA}.json", user(ANNA, "Anna"))
    write(tmp_path / f"Users/{BEN}/{BEN}.json", user(BEN, "Ben"))
    group = {"id": SALES, "displayName": "Sales", "groupTypes": [], "mailEnabled": False}
    write(tmp_path / f"Groups/{SALES}/{SALES}.json", group)
    write(tmp_path / f"Groups/{SALES}/Members/{ANNA}/{ANNA}.json", {"id": ANNA})
    write(tmp_path / f"Groups/{SALES}/Owners/Owners.json", {"value": [{"id": BEN}]})

    report, directory = load(tmp_path)

    assert reasons(report) == {}
    assert directory.tenant_id == TENANT
    assert directory.display_name == "Contoso Export"
    assert "AAD_PREMIUM_P2" in directory.licences
    assert list(directory.targets("group.members", SALES)) == [ANNA]
    assert list(directory.targets("group.owners", SALES)) == [BEN]
    assert report.links == {"group.members": 1, "group.owners": 1}


def test_children_with_bodies_of_their_own_are_kept(tmp_path: Path) -> None:
    app = {"id": PORTAL, "appId": SALES, "displayName": "Portal", "signInAudience": "AzureADMyOrg"}
    credential = {
        "id": BEN,
        "name": "main",
        "issuer": "https://issuer.example",
        "subject": "repo:x",
        "audiences": ["api://AzureADTokenExchange"],
    }
    write(tmp_path / f"Applications/{PORTAL}/{PORTAL}.json", app)
    write(
        tmp_path / f"Applications/{PORTAL}/FederatedIdentityCredentials/{BEN}/{BEN}.json",
        credential,
    )

    report, directory = load(tmp_path)

    assert reasons(report) == {}
    assert report.counts == {"application": 1, "federatedIdentityCredential": 1}
    assert list(directory.targets("application.federatedIdentityCredentials", PORTAL)) == [BEN]


def test_polymorphic_objects_are_told_by_their_type(tmp_path: Path) -> None:
    places = [
        {
            "@odata.type": "#microsoft.graph.ipNamedLocation",
            "id": ANNA,
            "displayName": "Office",
            "isTrusted": True,
            "ipRanges": [
                {
                    "@odata.type": "#microsoft.graph.iPv4CidrRange",
                    "cidrAddress": "192.0.2.0/24",
                }
            ],
        },
        {
            "@odata.type": "#microsoft.graph.countryNamedLocation",
            "id": BEN,
            "displayName": "Home",
            "countriesAndRegions": ["DE"],
        },
    ]
    write(tmp_path / "Identity/Conditional/NamedLocations/all.json", {"value": places})

    report, directory = load(tmp_path)

    assert reasons(report) == {}
    assert [record.type for record in directory.of_type("namedLocation")] == [
        "ipNamedLocation",
        "countryNamedLocation",
    ]
    office = directory.get(ANNA)
    assert office is not None
    assert office.body["ipRanges"][0]["@odata.type"] == "#microsoft.graph.iPv4CidrRange"
    assert "@odata.type" not in office.body


def test_expanded_members_become_links(tmp_path: Path) -> None:
    group = {"id": SALES, "displayName": "Sales", "groupTypes": [], "members": [{"id": ANNA}]}
    write(tmp_path / "groups.json", {"value": [group]})
    write(tmp_path / "users.json", {"value": [user(ANNA, "Anna")]})

    _report, directory = load(tmp_path)

    assert list(directory.targets("group.members", SALES)) == [ANNA]


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path / "users.json", {"value": [user(ANNA, "Anna")]})
    write(tmp_path / "number.json", 42)
    write(tmp_path / "strings.json", ["a", "b"])
    write(tmp_path / "intune.json", [{"@odata.type": "#microsoft.graph.iosCompliancePolicy"}])
    write(tmp_path / "Users/without-id.json", {"displayName": "Nobody"})
    (tmp_path / "cut.json").write_text('{"value": [{"id":')
    (tmp_path / "binary.json").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "empty.json").write_bytes(b"")
    (tmp_path / "deep.json").write_text("[" * 100_000)
    (tmp_path / "folder.json").mkdir()

    report, directory = load(tmp_path)

    told = reasons(report)
    assert set(told) == {
        "number.json", "strings.json", "intune.json", "Users/without-id.json", "cut.json",
        "binary.json", "empty.json", "deep.json",
    }  # fmt: skip
    assert "iosCompliancePolicy" in told["intune.json"]
    assert "no id" in told["Users/without-id.json"]
    assert "not JSON" in told["cut.json"]
    assert directory.count("user") == 1


def test_unknown_properties_are_left_out_and_named(tmp_path: Path) -> None:
    write(tmp_path / "users.json", [user(ANNA, "Anna", shoeSize=38, city=["Ulm"])])

    report, directory = load(tmp_path)

    anna = directory.get(ANNA)
    assert anna is not None
    assert not {"shoeSize", "city"} & anna.body.keys()
    assert "city, shoeSize" in report.files[0].remarks[0]


def test_links_to_what_is_in_no_file_are_reported(tmp_path: Path) -> None:
    write(tmp_path / f"Groups/{SALES}/{SALES}.json", {"id": SALES, "groupTypes": []})
    write(tmp_path / f"Groups/{SALES}/Members/{ANNA}.json", {"id": ANNA})

    report, _directory = load(tmp_path)

    assert report.dangling == [("group.members", SALES, ANNA)]


def test_a_loaded_tenant_can_be_worked_with(tmp_path: Path) -> None:
    write(tmp_path / "users.json", [user(ANNA, "Anna")])
    world = World()
    build(world, users=20, tenants=1, seed=4)

    report, directory = load(tmp_path, world)

    anna = directory.get(ANNA)
    assert anna is not None
    assert anna.body["passwordProfile"]["password"] == PASSWORD
    assert directory.find("servicePrincipal", "appId", lab_client_id(4)) is not None
    assert "Microsoft Graph" in report.added
    assert world.directory(report.tenant_id) is directory


def test_files_can_be_loaded_into_a_tenant_that_is_there(tmp_path: Path) -> None:
    write(tmp_path / "users.json", [user(ANNA, "Anna")])
    world = World()
    build(world, users=20, tenants=1, seed=4)
    tenant = next(iter(world.directories))

    report = load_directory(world, tmp_path, tenant)

    assert report.tenant_id == tenant
    assert world.directories[tenant].count("user") == 21


def test_a_seeded_tenant_comes_back_from_its_own_files(tmp_path: Path) -> None:
    seeded = World()
    build(seeded, users=30, tenants=1, seed=9)
    original = next(iter(seeded.directories.values()))
    for type_name in ("user", "group", "application", "servicePrincipal", "namedLocation"):
        bodies = [
            {"@odata.type": f"#microsoft.graph.{record.type}", **record.body}
            for record in original.of_type(type_name)
        ]
        write(tmp_path / f"{type_name}.json", {"value": bodies})

    report, directory = load(tmp_path)

    assert reasons(report) == {}
    for record in original.of_type("user"):
        again = directory.get(record.id)
        assert again is not None
        assert {**again.body, "passwordProfile": None} == {**record.body, "passwordProfile": None}


def test_a_missing_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        load_directory(World(), tmp_path / "nowhere")
