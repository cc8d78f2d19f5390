"""Combinations of authentication methods that an authentication strength may allow.

https://learn.microsoft.com/graph/api/resources/authenticationstrengthpolicy
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from apps.sandbox.graph.context import GraphError
from apps.sandbox.rules.refusals import policy_refusal

MULTI_FACTOR = frozenset(
    {
        "windowsHelloForBusiness",
        "fido2",
        "x509CertificateMultiFactor",
        "deviceBasedPush",
        "temporaryAccessPassOneTime",
        "temporaryAccessPassMultiUse",
        "password,microsoftAuthenticatorPush",
        "password,softwareOath",
        "password,hardwareOath",
        "password,sms",
        "password,voice",
        "federatedMultiFactor",
        "microsoftAuthenticatorPush,federatedSingleFactor",
        "softwareOath,federatedSingleFactor",
        "hardwareOath,federatedSingleFactor",
        "sms,federatedSingleFactor",
        "voice,federatedSingleFactor",
        "x509CertificateSingleFactor,microsoftAuthenticatorPush",
    }
)
SINGLE_FACTOR = frozenset(
    {
        "password",
        "sms",
        "x509CertificateSingleFactor",
        "federatedSingleFactor",
        "qrCodePin",
    }
)
CONFIGURATION_TYPES: Mapping[str, frozenset[str]] = {
    "fido2CombinationConfiguration": frozenset({"fido2"}),
    "x509CertificateCombinationConfiguration": frozenset(
        {"x509CertificateMultiFactor", "x509CertificateSingleFactor"}
    ),
}
POLICY_LIMIT = 15
BUILT_IN_TEXT = "Built-in authentication strength policies cannot be modified or deleted."
REFERENCED_TEXT = (
    "The authentication strength policy is referenced by a Conditional Access policy and cannot be "
    "deleted."
)
INVALID_TEXT = "The provided allowedCombinations are not valid."
ACTION_TEXT = (
    "Property 'allowedCombinations' cannot be updated here. Use the action "
    "updateAllowedCombinations."
)


def normal(combinations: object) -> list[str]:
    """The combinations without blanks, in the order given. Raises GraphError."""
    if not isinstance(combinations, Sequence) or isinstance(combinations, str) or not combinations:
        raise policy_refusal(INVALID_TEXT)
    found = [",".join(part.strip() for part in str(given).split(",")) for given in combinations]
    if not {_parts(name) for name in found} <= _KNOWN or len(found) != len(set(found)):
        raise policy_refusal(INVALID_TEXT)
    return found


def requirements_satisfied(combinations: Iterable[str]) -> str:
    """`mfa` when every combination is a multifactor one."""
    return "mfa" if all(_parts(name) in _MULTI for name in combinations) else "none"


def _parts(combination: str) -> frozenset[str]:
    """The methods of a combination, whose order means nothing."""
    return frozenset(combination.split(","))


_MULTI = frozenset(_parts(name) for name in MULTI_FACTOR)
_KNOWN = _MULTI | frozenset(_parts(name) for name in SINGLE_FACTOR)


def check_configuration(type_name: str, body: Mapping[str, Any], allowed: Iterable[str]) -> None:
    """A configuration applies to methods of its own sort that the policy allows."""
    methods = CONFIGURATION_TYPES.get(type_name)
    applies = body.get("appliesToCombinations")
    if methods is None or not isinstance(applies, list) or not applies:
        raise policy_refusal("The combination configuration is not valid.")
    wanted = set(allowed)
    for combination in applies:
        if combination not in wanted or not methods & set(str(combination).split(",")):
            raise policy_refusal("The combination configuration is not valid.")


def built_in() -> GraphError:
    """A change of a built-in strength; the exact text is not publicly known."""
    return policy_refusal(BUILT_IN_TEXT)


def referenced() -> GraphError:
    """Deleting a strength in use; the exact text is not publicly known."""
    return policy_refusal(REFERENCED_TEXT)
