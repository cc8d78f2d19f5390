"""Every refusal we know is explained in full."""

import pytest

from apps.entra import refusals
from apps.entra.explanations import explain
from apps.entra.explanations_graph import BY_CODE, BY_STATUS, BY_TEXT
from apps.entra.explanations_sign_in import SIGN_IN

_ALL = [*SIGN_IN.values(), *BY_CODE.values(), *BY_STATUS.values(), *(item for _, item in BY_TEXT)]
_DOCUMENTED = (
    700016, 65001, 65004, 90094, 90095, 650051, 650052, 650054, 650056, 650057, 7000215, 7000222,
    700027, 70021, 700024, 50012, 50013, 500133, 90002, 900023, 90038, 900382, 900432, 5000224,
    7000112, 70001, 700011, 53003, 530035, 530034, 53000, 50020, 50177, 700082, 70008, 70043,
    500011, 500212, 500213, 9001023, 90055, 90033, 90090, 90024,
)  # fmt: skip


@pytest.mark.parametrize("item", _ALL, ids=lambda item: item.code)
def test_each_says_what_happened_what_is_safe_and_what_to_do(item: object) -> None:
    found = explain(item.code) if isinstance(item, str) else item
    for text in (found.message, found.safe, found.todo):  # type: ignore[attr-defined]
        assert text.endswith(".")


@pytest.mark.parametrize("number", _DOCUMENTED)
def test_each_documented_code_is_known(number: int) -> None:
    error = refusals.from_sign_in({"error": "invalid_client", "error_codes": [number]})
    assert error.code == SIGN_IN[number].code
    assert error.graph_code == f"AADSTS{number}"


def test_an_unknown_code_still_says_something() -> None:
    error = refusals.from_sign_in({"error": "invalid_client", "error_codes": [99]})
    assert "AADSTS99" in error.message
    assert error.category == "needs-consent"


def test_a_code_can_be_looked_up() -> None:
    assert explain("AADSTS700016").code == "not-consented"
    assert explain("Authorization_RequestDenied").category == "denied"
    assert explain("resync-required").category == "resync-required"
