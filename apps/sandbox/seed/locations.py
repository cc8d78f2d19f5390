"""Named locations: trusted and untrusted address ranges, and countries."""

from typing import Any

from apps.sandbox.seed.draft import Draft

_COUNTRIES = {
    "GB": ["GB", "IE", "NL", "BE"],
    "DE": ["DE", "AT", "CH", "FR"],
    "US": ["US", "CA"],
    "SE": ["SE", "NO", "FI", "DK"],
}


def add_named_locations(draft: Draft) -> dict[str, str]:
    """Create the named locations; returns their ids by key."""
    home = draft.organisation.offices[0].usage
    return {
        "offices": _ranges(
            draft, "offices", "Offices", True,
            "203.0.113.0/25", "198.51.100.16/28", "2001:db8:40::/48",
        ),
        "vpn": _ranges(draft, "vpn", "VPN Egress", True, "192.0.2.64/27", "2001:db8:41:1::/64"),
        "partners": _ranges(draft, "partners", "Partner Networks", False, "198.51.100.128/25"),
        "home-countries": _countries(
            draft, "home-countries", "Countries of Operation", _COUNTRIES[home], False
        ),
        "blocked-countries": _countries(
            draft, "blocked-countries", "Blocked Countries", ["KP", "IR", "SY", "RU", "BY"], True
        ),
    }  # fmt: skip


def _ranges(draft: Draft, key: str, name: str, trusted: bool, *ranges: str) -> str:
    body = {
        **_stamps(name),
        "isTrusted": trusted,
        "ipRanges": [
            {
                "@odata.type": f"#microsoft.graph.iPv{6 if ':' in each else 4}CidrRange",
                "cidrAddress": each,
            }
            for each in ranges
        ],
    }
    return draft.add("ipNamedLocation", body, key)


def _countries(draft: Draft, key: str, name: str, countries: list[str], unknown: bool) -> str:
    body = {
        **_stamps(name),
        "countriesAndRegions": countries,
        "countryLookupMethod": "clientIpAddress",
        "includeUnknownCountriesAndRegions": unknown,
    }
    return draft.add("countryNamedLocation", body, key)


def _stamps(name: str) -> dict[str, Any]:
    return {
        "displayName": name,
        "createdDateTime": "2024-03-20T10:00:00Z",
        "modifiedDateTime": "2025-08-11T13:40:00Z",
    }
