"""Exporters of the users by requests: a JSON file for each object, as EntraExporter leaves them, or
all of them as lines of one file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import requests

from apps.demo.bench.peers.measured import measure

_TOP = 999


def one_file_per_object(*, url: str, token: str, select: str, directory: str) -> dict[str, Any]:
    """json, a folder of files."""
    place = Path(directory)
    place.mkdir(parents=True)
    objects = requested = 0
    for page in _pages(url, token, select, json.loads):
        requested += 1
        for item in page["value"]:
            with (place / f"{item['id']}.json").open("w", encoding="utf-8") as file:
                json.dump(item, file, indent=2)
            objects += 1
    return {"objects": objects, "requests": requested}


def lines_of_one_file(*, url: str, token: str, select: str, directory: str) -> dict[str, Any]:
    """orjson, appended."""
    place = Path(directory)
    place.mkdir(parents=True)
    objects = requested = 0
    with (place / "users.jsonl").open("wb") as file:
        for page in _pages(url, token, select, orjson.loads):
            requested += 1
            for item in page["value"]:
                file.write(orjson.dumps(item, option=orjson.OPT_APPEND_NEWLINE))
                objects += 1
    size = (place / "users.jsonl").stat().st_size
    return {"objects": objects, "requests": requested, "bytes": size}


def _pages(
    url: str, token: str, select: str, parse: Callable[[bytes], Any]
) -> Iterator[dict[str, Any]]:
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = f"Bearer {token}"
    here: str | None = f"{url}/v1.0/users?$top={_TOP}&$select={select}"
    while here:
        answer = session.get(here, timeout=120)
        answer.raise_for_status()
        page = parse(answer.content)
        yield page
        here = page.get("@odata.nextLink")


if __name__ == "__main__":
    measure({work.__name__: work for work in (one_file_per_object, lines_of_one_file)}[sys.argv[1]])
