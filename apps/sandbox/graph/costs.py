"""What a call costs in resource units.

https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits
"""

from .context import Call, Route


def resource_units(call: Call, route: Route) -> float:
    """The base cost of the route, less 1 for $select, plus 1 for $expand, less 1 for $top below
    20; getByIds falls from 5 to 2 with $select; never below 1."""
    units = route.resource_units
    if route.is_write:
        return units
    selects = call.option("$select") is not None
    if route.pattern.endswith("getByIds"):
        return 2 if selects else units
    top = call.option("$top")
    units -= selects
    units += call.option("$expand") is not None
    units -= top is not None and top.isdigit() and int(top) < 20
    return max(1, units)
