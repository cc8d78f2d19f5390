"""manage.py roles: the table of roles and rights, as it stands in docs/roles.md."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.access.roles import RIGHT_TABLE, ROLES, SUPPORT_RIGHTS

_HEAD = """\
# Roles and rights

Made by `manage.py roles` from `apps/access/roles.py`, which the product itself goes by.

A role is held on one tenant, on an MSP and so on all its tenants, or through a group of the MSP
that covers all its tenants or those with a tag. A customer's own people hold roles on their own
tenant alone. Nobody changes his own roles, by whatever way; nobody gives what he does not hold.
What is not a person's does not exist for him (404); what his role does not allow is refused (403).
"""


class Command(BaseCommand):
    """Prints Markdown; a test holds the page against it."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(document(), ending="")


def document() -> str:
    """The page as Markdown."""
    labels = [role.label for role in ROLES.values()]
    lines = [
        _HEAD,
        _row(["right", *labels]),
        _row(["---", *(":-:" for _ in labels)]),
        *(
            _row([right.label, *("yes" if right.name in r.rights else "" for r in ROLES.values())])
            for right in RIGHT_TABLE.values()
        ),
        "",
        "What each right allows:",
        "",
        *(f"- **{right.label}** (`{right.name}`): {right.words}" for right in RIGHT_TABLE.values()),
        "",
        "A platform operator holds none of them. In a support session he has: "
        + ", ".join(right.label for right in RIGHT_TABLE.values() if right.name in SUPPORT_RIGHTS)
        + ".",
    ]
    return "\n".join(lines) + "\n"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
