"""What is gone is gone for writers, also while the replica they read from still shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from apps.sandbox.writes.routes import ROUTES
from tests.sandbox.facts.fact import Cast, Fact

# Of things that are deleted at an address of another form than they are listed at.
ELSEWHERE = (
    "/domains/{federated}/federationConfiguration/{federation}",
    "/organization/{tenant}/branding/localizations/fr-FR",
    "/groups/{group}/members/{user}/$ref",
)
CANDIDATES = 40


def addresses(cast: Cast) -> Iterator[tuple[str, str]]:
    """(what, address) of things that may be deleted, several of each what."""
    for address in ELSEWHERE:
        yield address, cast.named(address)
    for route in ROUTES:
        collection, _, last = route.pattern.rpartition("/")
        if route.method != "DELETE" or last != "{id}" or "{" in collection:
            continue
        listed = sent(cast, "GET", collection)
        found = listed.body.get("value", ()) if listed.status == 200 else ()
        for one in [row for row in found if "id" in row][:CANDIDATES]:
            yield collection, f"{collection}/{one['id']}"


def sent(cast: Cast, method: str, address: str) -> Any:
    return cast.send(Fact("", f"{method} {address}", 0, body={} if method == "PATCH" else None))


def test_what_was_deleted_is_deleted_and_changed_no_more(cast: Cast) -> None:
    world, directory = cast.lab.world, cast.lab.directory
    start, calm = directory.checkpoint(), world.weather
    tried: set[str] = set()
    wrong = []
    for what, address in list(addresses(cast)):
        if what in tried:
            continue
        world.weather = replace(calm, lag=60.0)
        if sent(cast, "DELETE", address).status == 204:
            tried.add(what)
            after = directory.changes.sequence
            for method in ("DELETE", "PATCH"):
                try:
                    status = sent(cast, method, address).status
                except LookupError as error:
                    wrong.append((method, address, repr(error)))
                    continue
                if status not in range(400, 500) or directory.changes.sequence != after:
                    wrong.append((method, address, status))
            directory.rewind(start)
        world.weather = calm
    assert wrong == []
    assert len(tried) >= 30, sorted(tried)
