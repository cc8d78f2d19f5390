"""The queries about versions that a verification sends. All of them begin with the tenant's id."""

# What digests are made of, the position in front: it counts where an interval was folded.
OBJECT_COLUMNS = """
seq, kind, object_id, state, encode(digest, 'hex'),
encode(sha256(coalesce(body, ''::bytea)), 'hex')
"""
LINK_COLUMNS = "seq, link, source_id, target_id, present"
OBJECTS = f"""
select {OBJECT_COLUMNS}
from history_objectversion where tenant_id = %s and seq > %s and seq <= %s
"""  # noqa: S608 - put together from the part above
LINKS = f"""
select {LINK_COLUMNS}
from history_linkversion where tenant_id = %s and seq > %s and seq <= %s
"""  # noqa: S608 - put together from the part above
OBJECT_ORDER = " order by seq, kind, object_id"
LINK_ORDER = " order by seq, link, source_id, target_id"

COUNT_OBJECTS = """
select seq, count(*) from history_objectversion
where tenant_id = %s and seq > %s and seq <= %s group by seq
"""
COUNT_LINKS = """
select seq, count(*) from history_linkversion
where tenant_id = %s and seq > %s and seq <= %s group by seq
"""
LAST_POSITION = 2**62

# Which ones are taken depends on a number that nobody knows before: 2 ** 20 stands for all.
BODIES = """
select kind, object_id, seq, body from history_objectversion
where tenant_id = %s and body is not null
    and (hashtextextended(kind || '/' || object_id || '/' || seq, %s) & 1048575) < %s
"""
ALL_SHARES = 2**20

POSITIONS_OF = """
select seq from history_objectversion
where tenant_id = %s and kind = %s and object_id = %s order by seq
"""

NEWEST_SEARCHED = "select max(seq) from history_searchindex where tenant_id = %s"

# By how much the number of objects present moves at each position, by kind.
GROWTH = """
select kind, seq, sum(step) from (
    select kind, seq, (state = 'present')::int - coalesce(
        (lag(state) over (partition by kind, object_id order by seq) = 'present')::int, 0
    ) as step
    from history_objectversion where tenant_id = %s
) steps
group by kind, seq having sum(step) <> 0 order by kind, seq
"""

DANGLING = """
with known as (select distinct object_id from history_objectversion where tenant_id = %s)
select l.link, count(*) from (
    select distinct on (link, source_id, target_id) link, source_id, target_id
    from history_linkversion where tenant_id = %s order by link, source_id, target_id
) l
where not exists (select from known k where k.object_id = l.source_id)
    or not exists (select from known k where k.object_id = l.target_id)
group by l.link order by l.link
"""

# Where the very same bytes are stored too: what bodies were copied from.
SAME_BYTES = """
select kind, object_id, seq from history_objectversion
where tenant_id = %s and body = any(%s::bytea[])
"""
