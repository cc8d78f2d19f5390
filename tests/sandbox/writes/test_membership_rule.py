from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.sandbox.rules.membership_rule import RuleError, parse

USER: dict[str, Any] = {
    "department": "Sales",
    "accountEnabled": True,
    "jobTitle": "Head of Sales",
    "proxyAddresses": ["SMTP:a@b.example"],
    "onPremisesExtensionAttributes": {"extensionAttribute3": "blue"},
}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('user.department -eq "sales"', True),
        ('(user.department -ne "Sales")', False),
        ('(user.department -eq "Sales") -and (user.accountEnabled -eq true)', True),
        ('user.department -eq "IT" -or user.jobTitle -startsWith "Head"', True),
        ('user.department -eq "IT" -or user.city -eq "x" -and user.accountEnabled -eq true', False),
        ('-not (user.jobTitle -contains "sales")', False),
        ('user.jobTitle -match "of (Sales|IT)$"', True),
        ('user.department -in ["Legal", "Sales"]', True),
        ('user.department -notIn ["Legal"]', True),
        ("user.city -eq null", True),
        ("user.city -ne null", False),
        ('user.extensionAttribute3 -eq "blue"', True),
        ('user.proxyAddresses -contains "@b.example"', True),
    ],
)
def test_a_rule_decides_as_documented(rule: str, expected: bool) -> None:
    assert parse(rule)(USER) is expected


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "user.department",
        "user.department -near 1",
        '(user.a -eq "b"',
        'device.a -eq "b"',
        "-and",
    ],
)
def test_an_unreadable_rule_is_refused(rule: str) -> None:
    with pytest.raises(RuleError):
        parse(rule)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(RuleError):
        parse(text)(USER)


@given(st.text(alphabet=st.characters(exclude_characters='"'), max_size=20))
def test_equality_finds_the_very_value(value: str) -> None:
    assert parse(f'user.city -eq "{value}"')({"city": value})
