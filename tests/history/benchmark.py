"""What history itself costs: captures fed from memory, without Graph.

    python -m tests.history.benchmark --users 100000 --groups 5000

Works on a database of its own beside the test databases and prints one JSON object. CPU is that of
this process and of its PostgreSQL backend, without what making the objects up takes.
"""

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

PAGE = 999


def user(number: int, changed: bool) -> dict[str, Any]:
    """A user of some 1,900 bytes, the same one for the same number."""
    random = Random(number)
    given, family = f"Given{random.randrange(400)}", f"Family{random.randrange(3000)}"
    name = f"{given}.{family}.{number}".lower()
    mail = f"{name}@contoso.example"
    return {
        "id": str(UUID(int=random.getrandbits(128), version=4)),
        "accountEnabled": True,
        "businessPhones": [f"+31 30 {random.randrange(10**7):07d}"],
        "city": random.choice(["Utrecht", "Delft", "Leiden", "Breda"]),
        "companyName": "Contoso",
        "country": "Netherlands",
        "createdDateTime": f"20{10 + number % 15}-0{1 + number % 9}-11T08:{number % 60:02d}:00Z",
        "department": "Changed" if changed else random.choice(["Sales", "Finance", "Research"]),
        "displayName": f"{given} {family}",
        "employeeId": f"{100000 + number}",
        "givenName": given,
        "identities": [
            {
                "issuer": "contoso.example",
                "issuerAssignedId": mail,
                "signInType": "userPrincipalName",
            }
        ],
        "jobTitle": f"Specialist {random.randrange(60)}",
        "mail": mail,
        "mailNickname": name,
        "mobilePhone": f"+31 6 {random.randrange(10**8):08d}",
        "officeLocation": f"B{random.randrange(9)}/{random.randrange(300)}",
        "onPremisesExtensionAttributes": {f"extensionAttribute{n}": None for n in range(1, 16)},
        "otherMails": [f"{name}@home.example"],
        "postalCode": f"{1000 + random.randrange(8000)} AB",
        "preferredLanguage": "nl-NL",
        "proxyAddresses": [f"SMTP:{mail}", f"smtp:{name}@fabrikam.example"],
        "state": "Utrecht",
        "streetAddress": f"Street {random.randrange(500)}",
        "surname": family,
        "usageLocation": "NL",
        "userPrincipalName": mail,
        "userType": "Member",
        "assignedLicenses": [
            {"disabledPlans": [], "skuId": "06ebc4ee-1bb5-47dd-8120-11324bc54e06"},
            {"disabledPlans": [], "skuId": "c7df2760-2c81-4ef7-b578-5b5392b571df"},
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--groups", type=int, default=5_000)
    parser.add_argument("--members", type=int, default=20, help="of each group")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django

    django.setup()
    from tests.support import databases

    name = f"benchmark_{os.getpid()}"
    with databases.copy_of_template(name), databases.connected_to(name):
        sys.stdout.write(json.dumps(measure(options), indent=2) + "\n")


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """The figures of a first, an unchanged and a delta capture, by name."""
    from django.db import connection

    from apps.core.scope import tenant_scope
    from tests.factories import make_msp, make_tenant

    tenant = make_tenant(make_msp())
    source = _source(options)
    figures: dict[str, Any] = {"users": options.users, "groups": options.groups}
    with tenant_scope(tenant.pk):
        figures["first_full"] = _timed(source, tenant, "full")
        figures["bytes"] = _sizes()
        figures["unchanged_full"] = _timed(source, tenant, "full")
        source.changed = set(range(100))
        figures["delta_of_100"] = _timed(source, tenant, "delta")
        connection.cursor().execute("analyze")
    return figures


def _timed(source: Any, tenant: Any, mode: str) -> dict[str, Any]:
    from apps.core.actor import SYSTEM
    from apps.history import services

    source.spent = 0.0
    started, cpu, backend = time.monotonic(), time.process_time(), _backend_cpu()
    result = services.capture(actor=SYSTEM, tenant=tenant, mode=mode, reason="", source=source)
    cpu = time.process_time() - cpu - source.spent
    backend = _backend_cpu() - backend
    things = source.users + source.groups
    return {
        "counts": result.counts,
        "seconds": round(time.monotonic() - started - source.spent, 2),
        "cpu_us_per_object": round(cpu / things * 1e6, 1),
        "database_cpu_us_per_object": round(backend / things * 1e6, 1),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _backend_cpu() -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (pid,) = cursor.fetchone()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _sizes() -> dict[str, Any]:
    from django.db import connection

    sizes: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for table in ("objectversion", "linkversion"):
            cursor.execute("select pg_total_relation_size(%s)", [f"history_{table}"])
            sizes[table] = cursor.fetchone()[0]
        cursor.execute("select avg(length(body)) from history_objectversion where kind = 'user'")
        sizes["stored_body_of_a_user"] = round(float(cursor.fetchone()[0]), 1)
    sizes["json_of_a_user"] = len(json.dumps(user(1, False), separators=(",", ":")))
    return sizes


def _source(options: argparse.Namespace) -> Any:
    from apps.entra.reading import ObservedLink, ObservedObject, ReadBatch

    class Made:
        """A source that makes users and groups up as they are asked for."""

        users, groups, members = options.users, options.groups, options.members
        changed: set[int] = set()
        spent = 0.0

        def read(self, kind: Any, *, cursor: str | None, first_read: bool) -> Iterator[ReadBatch]:
            make = {"user": self._users, "group": self._groups}.get(kind.name)
            numbers = (
                range(self.users if kind.name == "user" else self.groups) if make else range(0)
            )
            if cursor is not None:
                numbers = sorted(self.changed) if kind.name == "user" else range(0)  # type: ignore
            for start in range(0, len(numbers), PAGE):
                began = time.process_time()
                batch = make(numbers[start : start + PAGE])  # type: ignore[misc]
                self.spent += time.process_time() - began
                yield batch
            yield ReadBatch(kind.name, cursor="next", whole=cursor is None)

        def _numbers(self, kind: str, *, by_delta: bool) -> Sequence[int]:
            if kind == "user":
                return sorted(self.changed) if by_delta else range(self.users)
            return range(self.groups) if kind == "group" and not by_delta else ()

        def expect(self, wanted: Any) -> None:
            pass

        def close(self) -> None:
            pass

        def left_out(self, kind: Any) -> tuple[str, ...]:
            return ()

        def read_bin(self, kind: Any) -> Iterator[ReadBatch]:
            yield ReadBatch(kind.name)

        def read_apart(self, kind: Any, object_ids: Sequence[str]) -> dict[str, dict[str, str]]:
            return {one: {"perUserMfaState": "disabled"} for one in object_ids}

        def read_audit(self, *, since: datetime) -> Iterator[Any]:
            yield from ()

        def _users(self, numbers: Any) -> ReadBatch:
            made = (user(number, number in self.changed) for number in numbers)
            return ReadBatch("user", objects=tuple(ObservedObject(u["id"], u) for u in made))

        def _groups(self, numbers: Any) -> ReadBatch:
            objects, links, sets = [], [], []
            for number in numbers:
                group = str(UUID(int=2**120 + number, version=4))
                body = {"id": group, "displayName": f"Group {number}", "securityEnabled": True}
                objects.append(ObservedObject(group, body))
                sets.append(("group.members", group))
                for member in range(self.members):
                    target = str(UUID(int=(number * 977 + member * 31) % self.users, version=4))
                    links.append(ObservedLink("group.members", group, target))
            return ReadBatch(
                "group", objects=tuple(objects), links=tuple(links), link_sets_complete=tuple(sets)
            )

    return Made()


if __name__ == "__main__":
    main()
