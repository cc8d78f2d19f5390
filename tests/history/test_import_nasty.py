"""Files that are broken, strange or meant to harm: each is refused by itself, in clear words."""

import io
import os
import struct
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.errors import Invalid
from apps.history.importing import limits
from apps.history.importing.bodies import body_of
from apps.history.importing.documents import documents
from apps.history.importing.finding import Finder
from apps.history.importing.limits import Refused, TooMuch
from apps.history.importing.places import Entry, Folder, Zip
from apps.history.importing.recognising import FoundObject, context_of, recognise
from apps.history.models import SnapshotImport
from apps.tenants.models import Tenant
from tests.history.imports import Files, Import, bodies, guid, importer, known, told

ANN = guid("ann")
USER = {"id": ANN, "displayName": "Ann"}


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.fixture
def bring_in(tenant: Tenant, tmp_path: Path) -> Import:
    return importer(tenant, tmp_path)


NASTY: dict[str, tuple[Any, str]] = {
    "empty.json": (b"", "no JSON"),
    "cut-off.json": (b'{"id": "x", "displayName": ', "no JSON"),
    "binary.json": (os.urandom(64).replace(b"\0", b"\1") + b"\xff\xfe\xfa", "no text in UTF-8"),
    "latin.json": ('{"displayName": "Zo\u00eb"}'.encode("latin-1"), "no text in UTF-8"),
    "utf32.json": ('{"id": "x"}'.encode("utf-32"), "UTF-32"),
    "odd.json": ("\ufeff{}".encode("utf-16-le") + b"\0", "no text in UTF-16"),
    "nan.json": (b'{"id": NaN}', "no JSON"),
    "deep.json": (b"[" * 70 + b"]" * 70, "levels deep"),
    "deepest.json": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "no JSON"),
    "text.json": ("just words", "neither an object nor a list"),
    "number.json": (7, "neither an object nor a list"),
    "nothing.json": ([1, None, "x"], "no object"),
    "no-id.json": ({"@odata.type": "#microsoft.graph.user", "displayName": "Ann"}, "no id"),
    "number-id.json": ({"@odata.type": "#microsoft.graph.user", "id": 5}, "no id"),
    "nul-id.json": ({"@odata.type": "#microsoft.graph.user", "id": "a\u0000b"}, "no id"),
    "long-id.json": ({"@odata.type": "#microsoft.graph.user", "id": "a" * 300}, "no id"),
    "nowhere.json": ({"id": ANN, "foo": 1}, "Neither its place"),
    "notes.txt": (b"remember", "no JSON file"),
    "location.json": (
        {"@odata.context": "https://x/$metadata#identity/conditionalAccess/namedLocations/$entity",
         "id": "n", "displayName": "Home"},
        "which sort of named location",
    ),
    "credential.json": (
        {"@odata.type": "#microsoft.graph.federatedIdentityCredential", "id": "f", "name": "ci"},
        "which object the",
    ),
    "portal.json": ({"@odata.type": "#microsoft.graph.<b>x</b>", "id": "n"}, "keeps no such type"),
}  # fmt: skip


def test_no_bad_file_stops_an_import(tenant: Tenant, files: Files, bring_in: Import) -> None:
    for name, (value, _) in NASTY.items():
        files.put(name, value)
    files.put("users.json", [USER])

    done = bring_in()

    assert known(bodies(tenant, 1)[ANN]) == USER
    report = told(done)
    for name, (_, words) in NASTY.items():
        assert report[name]["outcome"] in ("refused", "not understood"), name
        assert words in " ".join(report[name]["why"]), name


def test_nothing_that_can_be_understood_is_no_snapshot(files: Files, bring_in: Import) -> None:
    files.put("deep.json", b"[" * 70)

    with pytest.raises(Invalid, match="Nothing in these files"):
        bring_in()

    row = SnapshotImport.objects.get()
    assert (row.state, row.snapshot, row.summary["files"]) == ("failed", None, {"refused": 1})


def test_links_and_pipes_are_not_followed(
    tenant: Tenant, files: Files, bring_in: Import, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "users.json").write_bytes(orjson.dumps([{"id": guid("spy"), "displayName": "S"}]))
    files.put("users.json", [USER])
    (files.root / "linked.json").symlink_to(outside / "users.json")
    (files.root / "folder").symlink_to(outside)
    os.mkfifo(files.root / "pipe.json")

    done = bring_in()

    assert set(bodies(tenant, 1)) == {ANN}
    report = told(done)
    assert report["linked.json"]["why"] == ["It is a link to another file."]
    assert report["folder"]["why"] == ["It is a link to another folder."]
    assert report["pipe.json"]["why"] == ["It is no file but a device or a pipe."]


def packed(path: Path, *entries: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    """A ZIP file of these entries."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data, compress_type=zipfile.ZIP_DEFLATED)
    return path


def symlink(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def test_an_archive_is_read_without_being_unpacked(
    tenant: Tenant, tmp_path: Path, bring_in: Import
) -> None:
    before = set(tmp_path.rglob("*"))
    file = packed(
        tmp_path / "x.zip",
        ("Export/Users/users.json", orjson.dumps([USER])),
        ("../../etc/users.json", orjson.dumps([USER])),
        ("/etc/users.json", orjson.dumps([USER])),
        ("C:\\users.json", orjson.dumps([USER])),
        ("..\\users.json", orjson.dumps([USER])),
        (symlink("Users/link.json"), b"/etc/passwd"),
        ("Users/bomb.json", b'{"id": "' + b"0" * 8_000_000 + b'"}'),
        ("Users/inner.zip", b"PK"),
    )

    done = bring_in(file)

    assert set(bodies(tenant, 1)) == {ANN}
    report = told(done)
    leading_out = ("../../etc/users.json", "/etc/users.json", "..\\users.json", "C:\\users.json")
    for name in leading_out:
        said = report.get(name) or report[name.replace("\\", "/")]
        assert said["why"] == ["Its name leads out of the archive."]
    assert report["Users/link.json"]["why"] == ["It is a link to another file."]
    assert "hundreds of times larger" in report["Users/bomb.json"]["why"][0]
    assert report["Users/inner.zip"]["why"] == ["It is no JSON file."]
    assert set(tmp_path.rglob("*")) == before | {file}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_not_guessed_between(tmp_path: Path) -> None:
    file = packed(tmp_path / "x.zip", ("users.json", b"[]"), ("users.json", b"[1]"))

    with file.open("rb") as opened:
        found = list(Zip(opened).entries())

    assert isinstance(found[0], Entry)
    assert found[1] == ("users.json", "It is there twice.")


@pytest.mark.parametrize("data", [b"", b"PK", b"x" * 100, b"PK\x05\x06" + bytes(10)])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(TooMuch, match="no ZIP file"):
        Zip(io.BytesIO(data))


def test_an_endless_table_of_contents_is_refused_before_it_is_read() -> None:
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, limits.LARGEST_DIRECTORY + 1, 0, 0)

    with pytest.raises(TooMuch, match="more files"):
        Zip(io.BytesIO(bytes(1000) + end))


def test_limits_hold_for_files_lines_and_all_together(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.put("large.json", b'["' + b"x" * 200 + b'"]')
    files.put("lines.jsonl", b'{"a": 1}\n["' + b"x" * 200 + b'"]\n')
    monkeypatch.setattr(limits, "LARGEST_DOCUMENT", 100)
    monkeypatch.setattr(limits, "LARGEST_LINE", 100)
    place = Folder(files.root)
    large, lines = [entry for entry in place.entries() if isinstance(entry, Entry)]

    with pytest.raises(Refused, match="MiB"):
        list(documents(place, large))
    with pytest.raises(Refused, match="A line of it"):
        list(documents(place, lines))
    monkeypatch.setattr(limits, "LARGEST_TOTAL", 100)
    with pytest.raises(TooMuch, match="MiB"):
        Finder(place).look(lambda _: None)
    monkeypatch.setattr(limits, "LARGEST_TOTAL", 10_000)
    monkeypatch.setattr(limits, "MOST_FILES", 1)
    with pytest.raises(TooMuch, match="more than 1 files"):
        list(Folder(files.root).entries())


def test_a_bad_line_costs_that_line_alone(tenant: Tenant, files: Files, bring_in: Import) -> None:
    lines = [orjson.dumps(USER), b"{broken", orjson.dumps({"id": guid("ben"), "displayName": "B"})]
    files.put("users.jsonl", b"\n".join(lines))

    done = bring_in(whole=["user"])

    assert set(bodies(tenant, 1)) == {ANN, guid("ben")}
    assert told(done)["users.jsonl"]["outcome"] == "partly"
    assert done.whole_kinds == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "value",
                    "@odata.type",
                    "@odata.context",
                    "members",
                    "manager",
                    "displayName",
                    "appRoleAssignedTo",
                    "resourceId",
                    "@odata.nextLink",
                    "deletedDateTime",
                    "ipRanges",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)
PATHS = st.sampled_from(
    ["users.json", f"Users/{ANN}/{ANN}.json", f"Groups/{ANN}/Members/x.json", "a/b/c/d.json",
     f"ServicePrincipals/{ANN}/AppRoleAssignedTo/1/1.json", "NamedLocations/Home.json", ".json"]
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(PATHS, JSON)
def test_whatever_a_file_holds_recognising_it_never_breaks(path: str, document: Any) -> None:
    for found in recognise(context_of(path), document):
        if isinstance(found, FoundObject):
            assert body_of(found, (), Counter())["id"] == found.object_id
