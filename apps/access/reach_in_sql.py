"""By which tables a person reaches MSPs and tenants: told to the wall between tenants."""

from __future__ import annotations

from apps.core.walls.reach import Fragment, Reach, register

_MEMBERSHIP = "public.access_membership"
# Not compared with its beginning: the clocks of the two hosts differ by some milliseconds.
_OPEN = "ended_at is null and ends_at > now()"
_HIS_GROUPS = f"""from {_MEMBERSHIP} m
            join public.access_groupmember gm on gm.membership_id = m.id
            join public.access_accessgroup g on g.id = gm.group_id"""


def tell_the_wall() -> None:
    """Register every way by which people of apps.access reach customers."""
    register(*_BY_MEMBERSHIP, *_BY_ROLE, *_BY_GROUP, *_BY_SUPPORT)


_BY_MEMBERSHIP = (
    Fragment(
        Reach.MSPS,
        ("access_membership",),
        f"select msp_id from {_MEMBERSHIP} where user_id = person and msp_id is not null",
    ),
    Fragment(
        Reach.TENANTS,
        ("access_membership",),
        f"select tenant_id from {_MEMBERSHIP} where user_id = person and tenant_id is not null",
    ),
)
_BY_ROLE = (
    *(
        Fragment(
            reach,
            ("access_msppermission",),
            "select content_object_id from public.access_msppermission where user_id = person",
        )
        for reach in (Reach.MSPS, Reach.WHOLE_MSPS)
    ),
    Fragment(
        Reach.TENANTS,
        ("access_tenantpermission",),
        "select content_object_id from public.access_tenantpermission where user_id = person",
    ),
)
_BY_GROUP = (
    Fragment(
        Reach.WHOLE_MSPS,
        ("access_membership", "access_groupmember", "access_accessgroup"),
        f"select g.msp_id {_HIS_GROUPS}\n        where m.user_id = person and g.covers_all",
    ),
    Fragment(
        Reach.TENANTS,
        (
            "access_membership",
            "access_groupmember",
            "access_accessgroup",
            "access_grouptag",
            "tenants_tenanttag",
        ),
        f"""select tt.tenant_id {_HIS_GROUPS}
            join public.access_grouptag gt on gt.group_id = g.id
            join public.tenants_tenanttag tt on tt.tag_id = gt.tag_id
        where m.user_id = person""",
    ),
)
_BY_SUPPORT = (
    *(
        Fragment(
            reach,
            ("access_supportsession",),
            "select msp_id from public.access_supportsession"
            f" where operator_id = person and msp_id is not null and {_OPEN}",
        )
        for reach in (Reach.MSPS, Reach.WHOLE_MSPS)
    ),
    Fragment(
        Reach.TENANTS,
        ("access_supportsession",),
        "select tenant_id from public.access_supportsession"
        f" where operator_id = person and tenant_id is not null and {_OPEN}",
    ),
)
