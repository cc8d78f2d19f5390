"""Entra, the way to it and the database go away in the middle of a run: it is resumed, and nothing
is there twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from apps.core.scope import tenant_scope
from config import embedded
from tests.factories import make_msp, make_user
from tests.recovery.cutting import Cut, LastingSandbox, work_with_cut
from tests.recovery.dying import give_back
from tests.recovery.test_crash import assert_whole, finish, harm, job_of
from tests.recovery.workshop import Workshop, connect


@pytest.fixture
def lasting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: pytest.FixtureRequest
) -> Iterator[LastingSandbox]:
    sandbox = LastingSandbox.begun(tmp_path)
    settings.HOLDFAST_SANDBOX_URL = sandbox.url  # type: ignore[attr-defined]
    monkeypatch.setenv("HOLDFAST_SANDBOX_URL", sandbox.url)
    monkeypatch.setenv("HOLDFAST_GRAPH_TIME_SCALE", "1000")
    settings.HOLDFAST_GRAPH_TIME_SCALE = 1000.0  # type: ignore[attr-defined]
    yield sandbox
    sandbox.end()


@pytest.fixture
def workshop(live_database: embedded.Urls, lasting: LastingSandbox) -> Iterator[Workshop]:
    """A workshop whose database other processes see too, and whose sandbox may die."""
    msp = make_msp()
    tenant = connect(lasting, msp)
    alice = make_user("Alice", msp, "backup-administrator")
    dave = make_user("Dave", tenant, "recovery-approver")
    with tenant_scope(tenant.pk):
        yield Workshop(lasting, tenant, alice, dave)


def test_a_run_outlives_whatever_goes_away(workshop: Workshop, lasting: LastingSandbox) -> None:
    harmed = harm(workshop)

    # when one after the other goes away while a worker is at it, and comes back
    cuts: tuple[Cut, ...] = ("way", "database", "entra", "answers")
    suffered = 0
    for cut in cuts:
        work_with_cut(job_of(harmed.run), lasting, cut, at=4)
        harmed.run.refresh_from_db()
        if harmed.run.is_finished:
            break
        suffered += 1
        give_back(job_of(harmed.run))
    finish(harmed.run)

    assert suffered == len(cuts)
    assert_whole(workshop, harmed)


@pytest.mark.skipif("HOLDFAST_NIGHTLY" not in os.environ, reason="takes many minutes")
@pytest.mark.parametrize("cut", get_args(Cut))
@pytest.mark.parametrize("at", range(1, 31))
def test_any_of_them_may_go_at_any_line_of_the_journal(
    workshop: Workshop, lasting: LastingSandbox, at: int, cut: Cut
) -> None:
    harmed = harm(workshop)
    work_with_cut(job_of(harmed.run), lasting, cut, at=at)
    harmed.run.refresh_from_db()
    if not harmed.run.is_finished:
        finish(harmed.run)

    assert_whole(workshop, harmed)
