"""Every code that a problem can have is known, has a page, and stands in the documentation."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.test import Client

from apps.access.tokens import TOKEN_RIGHTS
from apps.api.codes import CODES
from apps.api.problems import CODES as OF_THE_FRAMEWORK
from apps.api.problems import TITLES
from apps.core import errors
from apps.core.errors import HoldfastError

ROOT = Path(__file__).parents[2]
# What operations call. Consoles and pages beside them have codes of their own.
REACHED = (
    "api",
    "diffs",
    "jobs",
    "recovery",
    "notify/routes",
    "history/services.py",
    "history/selectors",
    "history/retention",
    "history/exporting",
    "history/search",
    "history/cadence",
    "tenants/schedules.py",
    "tenants/working_hours.py",
    "access/roles.py",
    "access/selectors.py",
    "core/locks.py",
)
ERRORS = {
    name: one
    for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, HoldfastError) and one.http_status
}


def sources() -> Iterator[Path]:
    for place in REACHED:
        path = ROOT / "apps" / place
        files = [path] if path.is_file() else path.rglob("*.py")
        yield from (one for one in files if "management" not in one.parts)


def codes_in(path: Path) -> Iterator[str]:
    """The codes of the errors that a source raises, as far as they stand there."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            given = {one.arg: one.value for one in node.keywords}
            code = given.get("code")
            if node.func.id not in ERRORS:
                continue
            if code is None:
                yield ERRORS[node.func.id].default_code
            elif isinstance(code, ast.Constant):
                yield str(code.value)
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            names = {one.id for one in targets if isinstance(one, ast.Name)}
            if names == {"default_code"} and isinstance(node.value, ast.Constant):
                yield str(node.value.value)


def test_every_code_that_an_operation_can_answer_is_known() -> None:
    raised = {code for path in sources() for code in codes_in(path)}
    of_rights = {f"needs-{right.replace('_', '-')}" for right in TOKEN_RIGHTS}

    assert len(raised) > 100
    assert (raised | of_rights | set(OF_THE_FRAMEWORK.values())) - set(CODES) == set()


def test_every_status_has_a_title() -> None:
    assert {known.status for known in CODES.values()} - set(TITLES) == set()


def test_every_code_has_a_page_and_stands_in_the_documentation(db: None) -> None:
    told = (ROOT / "docs" / "api.md").read_text()
    client = Client()

    listed = client.get("/api/problems").content.decode()
    missing = [code for code in CODES if f"`{code}`" not in told or code not in listed]
    page = client.get("/api/problems/plan-stale")

    assert missing == []
    assert page.status_code == 200
    assert "The tenant has changed since the plan was made" in page.content.decode()
    assert client.get("/api/problems/nonsense").status_code == 404
