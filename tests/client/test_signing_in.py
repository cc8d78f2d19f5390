"""login, logout, whoami: where a token is kept, and where it goes."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path

import pytest

from apps.access import tokens_services
from apps.access.models import ApiToken
from apps.core.scope import person
from tests.api.calls import token_of
from tests.client.conftest import Shell, Terminal
from tests.factories import actor_of
from tests.portal.world import World


def kept_in(home: dict[str, str]) -> Path:
    return Path(home["XDG_CONFIG_HOME"]) / "holdfast" / "sign-in.json"


def test_a_person_signs_in_once_and_out_again(
    world: World, api_url: str, home: dict[str, str]
) -> None:
    shell, token = Shell(home), token_of(world.cast.alice)

    signed_in = shell.run("login", stdin=Terminal(f"{api_url}/\n"), asked=token)
    mode = stat.S_IMODE(kept_in(home).stat().st_mode)
    folder = stat.S_IMODE(kept_in(home).parent.stat().st_mode)
    me = shell.json("whoami")
    out = shell.run("logout")
    after = shell.run("whoami", "--json")

    assert signed_in.code == 0, signed_in.err
    assert (mode, folder) == (0o600, 0o700)
    assert json.loads(json.dumps(me))["user"]["name"] == "Alice"
    assert "until you revoke" in out.out
    assert not kept_in(home).exists()
    assert (after.code, after.error["error"]["code"]) == (3, "not-signed-in")


def test_a_script_gives_the_token_on_standard_input(
    world: World, api_url: str, home: dict[str, str]
) -> None:
    words = ("login", "--url", api_url, "--token-file", "-", "--json")

    said = Shell(home).run(*words, stdin=io.StringIO(token_of(world.cast.alice) + "\n"))

    assert said.code == 0
    assert said.json["kept_in"] == str(kept_in(home))
    assert Shell(home).json("tenants")["results"]


def test_a_wrong_token_is_not_kept(world: World, api_url: str, home: dict[str, str]) -> None:
    said = Shell(home).run("login", "--url", api_url, stdin=Terminal(), asked="hf_nonsense")

    assert said.code == 3
    assert "not valid" in said.err
    assert "Make a new token" in said.err
    assert not kept_in(home).exists()


def test_a_revoked_token_opens_nothing(world: World, api_url: str, home: dict[str, str]) -> None:
    token = token_of(world.cast.alice)
    shell = Shell(home | {"HOLDFAST_URL": api_url, "HOLDFAST_TOKEN": token})
    before = shell.run("whoami")
    with person(world.cast.alice.pk):
        row = ApiToken.objects.get(prefix=shell.json("whoami")["token"]["prefix"])
        tokens_services.revoke_token(actor=actor_of(world.cast.alice), token=row)

    after = shell.run("whoami", "--json")

    assert before.code == 0
    assert (after.code, after.error["error"]["code"]) == (3, "invalid-token")
    assert after.error["exit_code"] == 3


def test_a_file_that_others_may_read_is_not_used(
    world: World, api_url: str, home: dict[str, str]
) -> None:
    shell = Shell(home)
    shell.run("login", "--url", api_url, stdin=Terminal(), asked=token_of(world.cast.alice))
    kept_in(home).chmod(0o644)

    said = shell.run("whoami")

    assert said.code == 3
    assert "chmod 600" in said.err


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({}, 3),
        ({"HOLDFAST_TOKEN": "hf_x"}, 2),
        ({"HOLDFAST_TOKEN": "hf_x", "HOLDFAST_URL": "http://backup.example.com"}, 2),
        ({"HOLDFAST_TOKEN": "hf_x", "HOLDFAST_URL": "https://me:secret@example.com"}, 2),
        ({"HOLDFAST_TOKEN": "hf_\r\nx", "HOLDFAST_URL": "https://backup.example.com"}, 2),
    ],
)
def test_a_token_goes_nowhere_it_could_be_read(
    home: dict[str, str], environment: dict[str, str], code: int
) -> None:
    said = Shell(home | environment).run("tenants")

    assert said.code == code


def test_a_kept_token_goes_to_no_other_address(
    world: World, api_url: str, home: dict[str, str]
) -> None:
    shell = Shell(home)
    shell.run("login", "--url", api_url, stdin=Terminal(), asked=token_of(world.cast.alice))

    said = shell.run("whoami", "--url", "https://elsewhere.example.com", "--json")

    assert (said.code, said.error["error"]["code"]) == (3, "not-signed-in")
