"""tenants."""

from __future__ import annotations

from apps.client.context import Context
from apps.client.errors import Exit
from apps.client.parsing import Commands
from apps.client.showing import Column, moment

COLUMNS: tuple[Column, ...] = (
    ("Name", "name"),
    ("Domain", "domain"),
    ("State", "state"),
    ("Since", moment("created_at")),
    ("Id", "id"),
)


def add_to(commands: Commands) -> None:
    commands.add("tenants", "The tenants that the token reaches.", tenants, tenant=False)


def tenants(context: Context) -> Exit:
    found = context.api.every("/tenants")
    context.output.listing(found, COLUMNS, "The token reaches no tenant.")
    return Exit.OK
