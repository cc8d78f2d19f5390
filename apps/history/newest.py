"""SQL for the newest version of one thing up to a position: one descent in the key of the log.

Written as equalities and `order by seq desc limit 1`, the index by position gives that order too,
and of a tenant that the statistics do not know yet PostgreSQL expects so few rows that it takes
the smaller index: it then walks over everything that the tenant's last captures brought, once for
each thing. A comparison of rows, ordered by the whole key, leaves it no choice.
"""

LAST = "2147483647"
"""For `seq`: whatever the position."""


def of_object(
    columns: str, kind: str, object_id: str, *, seq: str = "%s", tenant: str = "%s", where: str = ""
) -> str:
    """A subquery to join laterally; no row where there is no such version.

    kind, object_id, seq: SQL that names them. where: more that the version has to meet. Takes the
    tenant's id and then the position as parameters, where these are left as they are.
    """
    return f"""(
    select {columns} from (
        select * from history_objectversion
        where tenant_id = {tenant} and (kind, object_id, seq) <= ({kind}, {object_id}, {seq})
            {where}
        order by kind desc, object_id desc, seq desc limit 1
    ) newest
    where newest.kind = {kind} and newest.object_id = {object_id}
)"""  # noqa: S608 - put together from names


def of_one(after: str, up_to: str) -> str:
    """A condition for the versions of one object between two positions, by the key of the log.

    after, up_to: SQL for kind, id and position. Ordered by the key, no other index will do.
    """
    return f"(kind, object_id, seq) > ({after}) and (kind, object_id, seq) <= ({up_to})"


def of_link(columns: str, link: str, source_id: str, target_id: str, *, seq: str = "%s") -> str:
    """As of_object(), for a version of a link."""
    return f"""(
    select {columns} from (
        select * from history_linkversion
        where tenant_id = %s
            and (link, source_id, target_id, seq) <= ({link}, {source_id}, {target_id}, {seq})
        order by link desc, source_id desc, target_id desc, seq desc limit 1
    ) newest
    where newest.link = {link} and newest.source_id = {source_id}
        and newest.target_id = {target_id}
)"""  # noqa: S608 - put together from names
