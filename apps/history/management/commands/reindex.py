"""Make the search index of tenants anew, or bring it up to date, from the console."""

from argparse import ArgumentParser

from apps.access.console import Console, ConsoleCommand
from apps.core.scope import no_scope, tenant_scope
from apps.history.search.indexing import update_index
from apps.tenants.choices import UNLISTED_STATES
from apps.tenants.models import Tenant, TenantKey


class Command(ConsoleCommand):
    help = "Make the index that objects are searched by anew. Searches work meanwhile."
    needs_person = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "tenant", metavar="TENANT", nargs="?", help="id, Entra tenant id or domain; or all"
        )
        parser.add_argument(
            "--update", action="store_true", help="only add what the index does not know yet"
        )

    def act(self, console: Console) -> None:
        done = []
        for tenant in _tenants(console):
            with tenant_scope(tenant.pk):
                found = update_index(tenant, anew=not console.options["update"])
            done.append((tenant, found))
        console.answer(
            [
                {"tenant": str(tenant.pk), "seq": found.seq, "objects": found.objects}
                for tenant, found in done
            ]
        )
        console.table(
            ("tenant", "up to snapshot", "objects", "leaves written"),
            [(tenant.name, found.seq, found.objects, found.leaves) for tenant, found in done],
        )


def _tenants(console: Console) -> list[Tenant]:
    if console.options["tenant"]:
        return [console.tenant()]
    with no_scope("the indexes of all tenants are made anew"):
        with_key = TenantKey.objects.values("tenant_id")
        active = Tenant.objects.exclude(state__in=UNLISTED_STATES).filter(pk__in=with_key)
        return list(active.order_by("name"))
