"""Which versions remain of those after one kept snapshot, up to the next that is kept.

Of a link the newest. Of an object the newest; the last one with a body, which the object would
come back with; and where it is not present at the end, the one since which it is not, because its
links went at that position. Everything else says nothing about either snapshot, nor about what
differs between them or any others that are kept.

Folding what was folded already changes nothing, and neither does folding what was folded in parts.
"""

# Both take the tenant's id, the position of the snapshot before and of the one after. `stays` says
# whether a version remains.
OBJECTS = """
select seq, kind, object_id, state, digest, body, size,
    coalesce(seq in (last_seq, last_body, went), false) as stays
from (
    select *, min(seq) filter (where seq > coalesce(last_present, 0))
        over (partition by kind, object_id) as went
    from (
        select seq, kind, object_id, state, digest, body, pg_column_size(v.*) as size,
            max(seq) over object as last_seq,
            max(seq) filter (where body is not null) over object as last_body,
            max(seq) filter (where state = 'present') over object as last_present
        from history_objectversion v
        where tenant_id = %s and seq > %s and seq <= %s
        window object as (partition by kind, object_id)
    ) ends
) ways
"""
LINKS = """
select seq, link, source_id, target_id, present, pg_column_size(v.*) as size,
    seq = max(seq) over (partition by link, source_id, target_id) as stays
from history_linkversion v
where tenant_id = %s and seq > %s and seq <= %s
"""
