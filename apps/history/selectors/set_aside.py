"""What objects in the bin took there with them, and bring back when they are undeleted."""

from collections.abc import Collection, Iterator

from apps.history.database import TenantRef, scoped_id, stream

# `gone`: what is in the bin at the position, and since when. Its links ended at that moment.
_LINKS = """
with newest as (
    select distinct on (kind, object_id) kind, object_id, seq, state
    from history_objectversion
    where tenant_id = %(tenant)s and object_id = any(%(ids)s) and seq <= %(seq)s
    order by kind, object_id, seq desc
), gone as (
    select n.object_id, min(v.seq) seq from newest n
    join history_objectversion v
        on v.tenant_id = %(tenant)s and v.kind = n.kind and v.object_id = n.object_id
        and v.seq <= n.seq
    where n.state = 'soft-deleted' and v.seq > coalesce((
        select max(seq) from history_objectversion
        where tenant_id = %(tenant)s and kind = n.kind and object_id = n.object_id
            and seq <= n.seq and state = 'present'
    ), 0)
    group by n.kind, n.object_id
)
select l.link, l.source_id, l.target_id from gone g
join history_linkversion l
    on l.tenant_id = %(tenant)s and l.seq = g.seq and l.source_id = g.object_id and not l.present
union
select l.link, l.source_id, l.target_id from gone g
join history_linkversion l
    on l.tenant_id = %(tenant)s and l.seq = g.seq and l.target_id = g.object_id and not l.present
"""


def links_of_deleted(
    tenant: TenantRef, object_ids: Collection[str], seq: int
) -> Iterator[tuple[str, str, str]]:
    """Link, source and target of what those of the objects that are in the bin at a position had
    when they went there. One query."""
    if not object_ids:
        return
    params = {"tenant": scoped_id(tenant), "ids": list(object_ids), "seq": seq}
    yield from stream(_LINKS, params)
