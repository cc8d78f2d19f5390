"""Names of domains from one tenant into another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import Invalid
from apps.recovery.transfer.domains import DomainMap, VerifiedDomain, checked, suggested

CONTOSO = (
    VerifiedDomain("contoso.com", is_default=True),
    VerifiedDomain("shop.contoso.com"),
    VerifiedDomain("contoso.onmicrosoft.com", is_initial=True),
    VerifiedDomain("contoso.mail.onmicrosoft.com"),
)
FABRIKAM = (
    VerifiedDomain("fabrikam.example", is_default=True),
    VerifiedDomain("fabrikam.onmicrosoft.com", is_initial=True),
)
TABLE = {
    "contoso.com": "fabrikam.example",
    "shop.contoso.com": "shop.fabrikam.example",
    "contoso.onmicrosoft.com": "fabrikam.onmicrosoft.com",
}


def test_what_is_suggested_is_of_its_like() -> None:
    assert suggested(CONTOSO, FABRIKAM) == {
        "contoso.com": "fabrikam.example",
        "shop.contoso.com": "fabrikam.example",
        "contoso.onmicrosoft.com": "fabrikam.onmicrosoft.com",
        "contoso.mail.onmicrosoft.com": "fabrikam.onmicrosoft.com",
    }


def test_what_is_chosen_counts_and_the_rest_is_suggested() -> None:
    chosen = {"Contoso.com": "fabrikam.onmicrosoft.com"}
    table = checked(chosen, CONTOSO, FABRIKAM)
    assert table["contoso.com"] == "fabrikam.onmicrosoft.com"
    assert table["shop.contoso.com"] == "fabrikam.example"


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({"contoso.com": "elsewhere.example"}, "domain-not-verified"),
        ({"elsewhere.example": "fabrikam.example"}, "unknown-domain"),
    ],
)
def test_domains_that_are_not_theirs_or_not_ours_are_refused(
    chosen: dict[str, str], code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        checked(chosen, CONTOSO, FABRIKAM)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("anna@contoso.com", "anna@fabrikam.example"),
        ("SMTP:Anna@CONTOSO.COM", "SMTP:Anna@fabrikam.example"),
        ("anna@shop.contoso.com", "anna@shop.fabrikam.example"),
        ("https://contoso.com/payroll", "https://fabrikam.example/payroll"),
        ('(user.mail -contains "@contoso.com")', '(user.mail -contains "@fabrikam.example")'),
        ("bob_gmail.com#EXT#@contoso.onmicrosoft.com", None),
        # hosts below a domain, longer names and others' domains are somebody else's
        ("https://www.contoso.com/", "https://www.contoso.com/"),
        ("anna@contoso.com.evil.example", "anna@contoso.com.evil.example"),
        ("anna@mycontoso.com", "anna@mycontoso.com"),
        ("bob_contoso.com#EXT#@partner.example", "bob_contoso.com#EXT#@partner.example"),
    ],
)
def test_domains_are_found_in_texts(text: str, expected: str | None) -> None:
    if expected is None:
        expected = text.replace("contoso.onmicrosoft.com", "fabrikam.onmicrosoft.com")
    assert DomainMap(TABLE).translated(text) == expected


WORDS = st.text(alphabet="abz019-_@:/", max_size=6)


@given(before=WORDS, after=WORDS, domain=st.sampled_from(sorted(TABLE)))
def test_nothing_but_whole_names_is_touched(before: str, after: str, domain: str) -> None:
    text = f"{before}{domain}{after}"
    translated = DomainMap(TABLE).translated(text)
    stands_alone = before[-1:] not in set("abz019-_") and after[:1] not in set("abz019-_")
    whole = not before or before[-1] in "@:/"
    if stands_alone and whole:
        assert translated == f"{before}{TABLE[domain]}{after}"
    else:
        assert translated == text


@given(st.recursive(WORDS, lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner)))
def test_what_names_none_of_the_domains_is_left_alone(value: object) -> None:
    assert DomainMap(TABLE).translated(value) == value
