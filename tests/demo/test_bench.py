"""The benchmark: what it makes of what it saw, and that it runs from beginning to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.demo.bench.pace import pace_of
from apps.demo.bench.traffic import RequestLog


def test_a_short_run_is_measured_beside_twenty_writes_a_second() -> None:
    pace = pace_of([100.0 + number / 40 for number in range(401)])

    assert (pace.writes, pace.windows) == (401, 0)
    assert pace.seconds == pytest.approx(10)
    assert pace.share == pytest.approx(2.0, rel=0.01)


def test_in_a_long_run_only_whole_windows_count() -> None:
    # given 2,940 writes at once in each of two windows, and a rest in the third
    full = [window * 150.0 + number / 100 for window in (0, 1) for number in range(2940)]
    rest = [300.5 + number / 100 for number in range(120)]

    pace = pace_of(full + rest)

    assert pace.windows == 2
    assert pace.share == pytest.approx(0.98)


def test_a_fast_clock_is_counted_in_its_own_seconds() -> None:
    at_once = pace_of([0.0, 10.0])
    scaled = pace_of([0.0, 10.0], scale=5.0)

    assert scaled.seconds == 5 * at_once.seconds


@pytest.mark.parametrize("moments", [[], [1.0]])
def test_fewer_than_two_writes_have_no_pace(moments: list[float]) -> None:
    assert pace_of(moments).per_second == 0


def test_a_batch_is_one_request_and_asks_as_often_as_it_has_items(tmp_path: Path) -> None:
    # given a log with a read before, a batch of a write and a throttled one, and a read
    lines = [
        {"method": "GET", "path": "/v1.0/users", "status": 200},
        {"method": "PATCH", "path": "/v1.0/users/1", "status": 204, "batch": "b"},
        {"method": "PATCH", "path": "/v1.0/users/2", "status": 429, "batch": "b"},
        {"method": "POST", "path": "/v1.0/$batch", "status": 200, "batch": "b"},
        {"method": "GET", "path": "/v1.0/groups", "status": 200},
    ]
    file = tmp_path / "requests.jsonl"
    written = [json.dumps({**line, "time": "2026-01-01T00:00:00.000Z"}) + "\n" for line in lines]
    file.write_text(written[0])
    log = RequestLog(file)
    log.skip()
    file.write_text("".join(written))

    # when it is read
    seen = log.read()

    # then what came before is not counted, and a second look finds nothing new
    assert (seen.requests, seen.asked, seen.throttled, len(seen.writes)) == (2, 3, 1, 1)
    assert log.read().requests == 0


@pytest.mark.nightly
def test_the_main_benchmark_measures_every_part(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    # Under root the database server is another user, who cannot get into pytest's directories.
    monkeypatch.delenv("HOLDFAST_VAR", raising=False)
    # Conditional Access takes a request a second, which would be most of the time of this test.
    monkeypatch.setenv("HOLDFAST_GRAPH_TIME_SCALE", "50")

    call_command("bench", "main", "--users", "200", "--json")

    figures = json.loads(capfd.readouterr().out.splitlines()[-1])
    full, delta = figures["capture_full"], figures["capture_delta"]
    assert full["complete"]
    assert full["by_size"]["200"]["objects"] == full["objects"] > 200
    assert 0 < delta["changes"] <= 50 < full["changes"]
    assert delta["requests"] < full["requests"]
    assert figures["diff"]["changes"] == figures["recovery"]["writes"] == 50
    assert figures["recovery"]["state"] == "complete"
    assert figures["recovery"]["failures"] == 0
    for part in (full, delta, figures["diff"], figures["recovery"]):
        assert part["seconds"] > 0
        assert 0 < part["peak_rss_mb"] < 300
    assert figures["machine"]["cores"] > 0


PARTS = {"update_1_app", "update_3_apps", "members", "conditional_access", "plan_100k", "undo"}
SAID = {"changes", "seconds", "writes", "writes_per_s", "share_of_limit", "throttled"}


@pytest.mark.nightly
def test_the_benchmark_of_recoveries_measures_every_part(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    # Under root the database server is another user, who cannot get into pytest's directories.
    monkeypatch.delenv("HOLDFAST_VAR", raising=False)

    call_command("bench", "recovery", "--size", "0.002", "--scale", "20", "--json")

    said = capfd.readouterr()
    figures = json.loads(said.out.splitlines()[-1])
    assert figures.keys() == PARTS | {"machine"}
    for part in PARTS:
        assert figures[part].keys() >= SAID | {"peak_rss_mb"}
        assert figures[part]["throttled"] == 0
        # told as soon as it was measured
        assert json.dumps(figures[part]) in said.err
    assert figures["update_1_app"]["writes"] == figures["undo"]["changes"] == 20
    assert figures["update_3_apps"]["writers"] == 3
    assert figures["conditional_access"]["most_policy_requests_in_a_second"] == 1
