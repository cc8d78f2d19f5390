"""The other conditions of a policy. One that is not set holds for everybody.

https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-conditions
"""

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from apps.entra.conditional_access.answers import MAYBE, NO, YES, Answer, any_of, known
from apps.entra.conditional_access.reading import is_filled, part, values
from apps.entra.conditional_access.sign_ins import SignIn, Where

_MFA_TRUSTED_IPS: Final = "00000000-0000-0000-0000-000000000000"
_EXCHANGE_ACTIVE_SYNC: Final = {"exchangeActiveSync", "easSupported"}


def holding(
    conditions: Mapping[str, Any], sign_in: SignIn, where: Where
) -> Iterator[tuple[str, Answer]]:
    """For every condition its name in the policy, and whether it holds."""
    yield "clientAppTypes", _client_app(values(conditions, "clientAppTypes"), sign_in.client_app)
    yield "platforms", _platform(part(conditions, "platforms"), sign_in.platform)
    yield "locations", _location(part(conditions, "locations"), sign_in, where)
    yield "devices", _device(part(conditions, "devices"))
    yield "userRiskLevels", _risk(conditions, "userRiskLevels", sign_in.user_risk)
    yield "signInRiskLevels", _risk(conditions, "signInRiskLevels", sign_in.sign_in_risk)
    yield "insiderRiskLevels", _risk(conditions, "insiderRiskLevels", sign_in.insider_risk)
    yield "authenticationFlows", _flow(part(conditions, "authenticationFlows"), sign_in.flow)


def holding_for_workload(
    conditions: Mapping[str, Any], sign_in: SignIn, where: Where
) -> Iterator[tuple[str, Answer]]:
    """The same for a service principal, which has a place and a risk, and nothing else."""
    yield "locations", _location(part(conditions, "locations"), sign_in, where)
    yield (
        "servicePrincipalRiskLevels",
        _risk(conditions, "servicePrincipalRiskLevels", sign_in.sign_in_risk),
    )


def _client_app(wanted: list[str], client_app: str | None) -> Answer:
    if not wanted or "all" in wanted:
        return YES
    if client_app is None:
        return MAYBE
    if client_app == "exchangeActiveSync":
        return known(not _EXCHANGE_ACTIVE_SYNC.isdisjoint(wanted))
    return known(client_app in wanted)


def _platform(platforms: Mapping[str, Any], platform: str | None) -> Answer:
    wanted = values(platforms, "includePlatforms")
    unwanted = values(platforms, "excludePlatforms")
    if not wanted and not unwanted:
        return YES
    return _included(wanted, unwanted, lambda named: _is_platform(named, platform))


def _is_platform(named: str, platform: str | None) -> Answer:
    if named == "all":
        return YES
    return MAYBE if platform is None else known(named == platform)


def _location(locations: Mapping[str, Any], sign_in: SignIn, where: Where) -> Answer:
    wanted = values(locations, "includeLocations")
    unwanted = values(locations, "excludeLocations")
    if not wanted and not unwanted:
        return YES
    return _included(wanted, unwanted, lambda named: _is_at(named, sign_in, where))


def _included(wanted: list[str], unwanted: list[str], is_meant: Callable[[str], Answer]) -> Answer:
    return min(any_of(map(is_meant, wanted)), ~any_of(map(is_meant, unwanted)))


def _is_at(named: str, sign_in: SignIn, where: Where) -> Answer:
    if named == "All":
        return YES
    if named == _MFA_TRUSTED_IPS:
        return known(sign_in.in_mfa_trusted_ips)
    if named == "AllTrusted":
        trusted = [place for place in where.locations.values() if place.get("isTrusted") is True]
        return max(
            known(sign_in.in_mfa_trusted_ips), any_of(_is_in(place, sign_in) for place in trusted)
        )
    place = where.locations.get(named)
    # A location that is gone: Entra keeps its id in the policy, and nobody says where it was.
    return MAYBE if place is None else _is_in(place, sign_in)


def _is_in(place: Mapping[str, Any], sign_in: SignIn) -> Answer:
    if place.get("ipRanges") is not None:
        return _is_within(place["ipRanges"], sign_in.address)
    if place.get("countryLookupMethod") == "authenticatorAppGps" or sign_in.country is None:
        return MAYBE
    if sign_in.country == "":
        return known(bool(place.get("includeUnknownCountriesAndRegions")))
    countries = [country.upper() for country in values(place, "countriesAndRegions")]
    return known(sign_in.country.upper() in countries)


def _is_within(ranges: list[Mapping[str, Any]], address: str | None) -> Answer:
    if address is None:
        return MAYBE if ranges else NO
    at = ipaddress.ip_address(address)
    return any_of(_holds(entry.get("cidrAddress"), at) for entry in ranges)


def _holds(cidr: Any, at: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Answer:
    try:
        network = ipaddress.ip_network(str(cidr), strict=False)
    except ValueError:
        return MAYBE
    return known(at.version == network.version and at in network)


def _device(devices: Mapping[str, Any]) -> Answer:
    """A filter, or one of its forerunners, asks for what only the device itself can tell."""
    return MAYBE if is_filled(devices) else YES


def _risk(conditions: Mapping[str, Any], name: str, level: str | None) -> Answer:
    wanted = values(conditions, name)
    if not wanted or wanted == ["none"]:
        return YES
    return MAYBE if level is None else known(level in wanted)


def _flow(flows: Mapping[str, Any], flow: str) -> Answer:
    wanted = [name for name in values(flows, "transferMethods") if name != "none"]
    return known(flow in wanted) if wanted else YES
