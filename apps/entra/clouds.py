"""The clouds that Entra lives in, and where each signs in and answers.

https://learn.microsoft.com/graph/deployments
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from apps.core.errors import Invalid

# MSAL talks to https hosts only. The sandbox's sign-in has this name, which no network knows;
# the transport sends what goes there to the sandbox's own address.
SANDBOX_LOGIN = "https://login.sandbox.invalid"
_GLOBAL_GRAPH = "https://graph.microsoft.com"
_REHEARSAL = re.compile(r"rehearsal:(?P<port>[1-9][0-9]{3,4})")


@dataclass(frozen=True, slots=True)
class Cloud:
    """One cloud. login, graph: addresses without a slash at the end. resource: what a token is
    asked for. sandbox_url: where the stand-in listens, "" for a real cloud."""

    name: str
    title: str
    login: str
    graph: str
    resource: str
    sandbox_url: str = ""

    @property
    def scope(self) -> str:
        """The scope of an app-only token: everything the application has been granted."""
        return f"{self.resource}/.default"

    def authority(self, tenant: str) -> str:
        """Where a tenant signs in."""
        return f"{self.login}/{tenant}"

    def public_login(self) -> str:
        """The sign-in address that a browser can open."""
        return self.sandbox_url or self.login


def _real(name: str, title: str, login: str, graph: str) -> Cloud:
    return Cloud(name, title, f"https://{login}", f"https://{graph}", f"https://{graph}")


_REAL: Mapping[str, Cloud] = {
    cloud.name: cloud
    for cloud in (
        _real("global", "Global", "login.microsoftonline.com", "graph.microsoft.com"),
        _real("usgov-l4", "US Government L4", "login.microsoftonline.us", "graph.microsoft.us"),
        _real("usgov-l5", "US Government L5", "login.microsoftonline.us", "dod-graph.microsoft.us"),
        _real(
            "china",
            "China (21Vianet)",
            "login.partner.microsoftonline.cn",
            "microsoftgraph.chinacloudapi.cn",
        ),
    )
}


def clouds() -> Mapping[str, Cloud]:
    """Every cloud by name; "sandbox" is among them only where HOLDFAST_SANDBOX_URL is set."""
    address = str(getattr(settings, "HOLDFAST_SANDBOX_URL", "") or "").rstrip("/")
    if not address:
        return _REAL
    return {**_REAL, "sandbox": _sandbox("sandbox", "Sandbox", address)}


def _sandbox(name: str, title: str, address: str) -> Cloud:
    return Cloud(name, title, SANDBOX_LOGIN, address, _GLOBAL_GRAPH, address)


def cloud(name: str) -> Cloud:
    """The cloud of that name. Raises Invalid for one that this installation does not know.

    That of a rehearsal ("rehearsal:" and a port) is a sandbox on this machine, whatever the
    settings say: no name makes it an address elsewhere.
    """
    if rehearsal := _REHEARSAL.fullmatch(name):
        return _sandbox(name, "Rehearsal", f"http://127.0.0.1:{rehearsal['port']}")
    try:
        return clouds()[name]
    except KeyError:
        raise Invalid(
            f"This installation knows no cloud called {name!r}.",
            code="unknown-cloud",
            safe="Nothing was sent.",
            todo=f"Choose one of: {', '.join(clouds())}.",
        ) from None
