"""GET /_sandbox/ for a person with a browser."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from apps.sandbox.server.markup import element, items, link, page
from apps.sandbox.weather.settings import Weather


def overview_page(facts: dict[str, Any], weather: Weather, base_url: str) -> str:
    """Tenants, applications, people, the weather, with links to try things."""
    content = [
        element("h1", "Sandbox"),
        element("p", f"Sign-in, Graph and control are all at {base_url}."),
        element("h2", "Tenants"),
        _tenants(facts["tenants"]),
        element("h2", "Applications"),
        _applications(facts["applications"], base_url),
        element("h2", "People"),
        _people(facts),
        element("h2", "Weather"),
        _weather(weather),
    ]
    return page("Sandbox", "\n".join(content), wide=True)


def _tenants(tenants: Iterable[dict[str, Any]]) -> str:
    rows = [
        (
            element("strong", tenant["display_name"]),
            element("code", tenant["domain"]),
            element("code", tenant["id"]),
            str(tenant["users"]),
            element("span", tenant["category"]),
            link(f"/_sandbox/tenants/{tenant['id']}/counts", "counts"),
        )
        for tenant in tenants
    ]
    return _table(("Name", "Domain", "Tenant id", "Users", "Category", ""), rows)


def _applications(applications: Iterable[dict[str, Any]], base_url: str) -> str:
    rows = [
        (
            element("strong", str(entry["display_name"])),
            element("code", entry["client_id"]),
            element("code", entry["client_secret"] or "certificate"),
            f"{len(entry['roles'])} roles, in {len(entry['consented'])} tenants",
            _try(entry, base_url),
        )
        for entry in applications
    ]
    return _table(("Name", "Client id", "Secret", "Permissions", ""), rows)


def _try(entry: dict[str, Any], base_url: str) -> str:
    client = {"client_id": entry["client_id"], "redirect_uri": f"{base_url}/_sandbox/"}
    parameters = urlencode({**client, "scope": "https://graph.microsoft.com/.default"})
    return link(f"/organizations/v2.0/adminconsent?{parameters}", "admin consent")


def _people(facts: dict[str, Any]) -> str:
    names = {tenant["id"]: tenant["display_name"] for tenant in facts["tenants"]}
    rows = [
        (
            element("strong", str(entry["display_name"])),
            element("code", str(entry["user_principal_name"])),
            element("code", entry["password"]),
            element("span", names.get(entry["tenant"], "")),
            element("span", ", ".join(entry["roles"])),
        )
        for entry in facts["users"]
    ]
    return _table(("Name", "User name", "Password", "Tenant", "Roles"), rows)


def _weather(weather: Weather) -> str:
    return items(
        f"{element('code', name)} {element('span', str(value))}"
        for name, value in weather.as_dict().items()
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are markup."""
    head = "".join(element("th", text, scope="col") for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll">{table}</div>'
