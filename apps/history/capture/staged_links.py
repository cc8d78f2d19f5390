"""Links of the collection that is being read: staged, compared, accepted."""

from collections.abc import Iterable, Sequence
from functools import cache
from uuid import UUID

from apps.entra.reading import ObservedLink
from apps.history import newest
from apps.history.capture import binary_copy, staged_objects
from apps.history.database import execute, rows

# The last word about each link.
_OBSERVED = """
with observed as (
    select distinct on (link, source_id, target_id) link, source_id, target_id, present
    from capture_reading_link order by link, source_id, target_id, n desc
)
"""

# Whether a link `o` was there in the snapshot before.
_LAST_VERSION = newest.of_link("present", "o.link", "o.source_id", "o.target_id", seq=newest.LAST)
_BEFORE = f"left join lateral {_LAST_VERSION} h on true"

# Links of sources whose complete set was given, without this one in it.
_MISSING = """
from (
    select s.link, s.source_id, v.target_id
    from (select distinct link, source_id from capture_reading_link_set) s
    cross join lateral (
        select distinct on (target_id) target_id, present from history_linkversion
        where tenant_id = %s and link = s.link and source_id = s.source_id
        order by target_id, seq desc
    ) v
    where v.present
    except
    select link, source_id, target_id from observed
) h
where true
"""

_ACCEPT = f"""
{_OBSERVED}
insert into capture_accepted_link (link, source_id, target_id, present)
select o.link, o.source_id, o.target_id, o.present
from observed o
{_BEFORE}
where o.present <> coalesce(h.present, false)
union
select h.link, h.source_id, h.target_id, false {_MISSING} and not h.link = any(%s::varchar[])
"""  # noqa: S608 - put together from the parts above

# Of those, the ones that nothing else explains that was read.
_MISSING_PLAINLY = f"""
{_MISSING}
and not exists (
    select 1 from capture_object a
    where a.changed and a.state <> 'present' and a.object_id in (h.source_id, h.target_id)
)
"""  # noqa: S608 - put together from the part above

_COUNT_MISSING = f"""
{_OBSERVED}
select h.link, count(*) {_MISSING_PLAINLY}
and not (h.link = any(%s::varchar[]) and exists (
    select 1 from observed o
    where o.link = h.link and o.source_id = h.source_id and o.present
))
group by h.link
"""  # noqa: S608 - put together from the parts above

_COUNT_PRESENT = """
select count(*) from (
    select distinct on (source_id, target_id) present from history_linkversion
    where tenant_id = %s and link = %s order by source_id, target_id, seq desc
) v
where present
"""

_COUNT_MISSING_BY_END = f"""
{_OBSERVED}
select h.{{end}}_id, count(*) {_MISSING_PLAINLY} and h.link = %s group by 1
"""

# Of the links that any version names at an end that was deleted, those that are there.
_OF_DELETED = """
select v.link, v.source_id, v.target_id, false
from capture_object a
cross join lateral (
    select distinct on (link, source_id, target_id) link, source_id, target_id, present
    from history_linkversion where tenant_id = %s and {end}_id = a.object_id
    order by link, source_id, target_id, seq desc
) v
where a.changed and a.state <> 'present' and v.present
"""

_DROP_ADDED_TO_DELETED = """
delete from capture_accepted_link l using capture_object a
where a.changed and a.state <> 'present'
    and (l.source_id = a.object_id or l.target_id = a.object_id)
"""

_REMOVE_FROM_DELETED = f"""
insert into capture_accepted_link (link, source_id, target_id, present)
{_OF_DELETED.format(end="source")} union {_OF_DELETED.format(end="target")}
"""

# Links that went away together with an object that is back now, and that nobody has named since.
_UNCERTAIN = f"""
select distinct v.link
from capture_object a
cross join lateral {newest.of_object("seq", "a.kind", "a.object_id", seq=newest.LAST)} o
cross join lateral (
    select distinct on (link, source_id, target_id) link, present, seq
    from history_linkversion where tenant_id = %s and {{end}}_id = a.object_id
    order by link, source_id, target_id, seq desc
) v
where a.changed and a.state = 'present' and a.before = 'soft-deleted'
    and not v.present and v.seq = o.seq
"""  # noqa: S608 - put together from the part above


def stage(links: Sequence[ObservedLink]) -> None:
    """Note links as the read names them; later ones win."""
    text = binary_copy.text
    binary_copy.copy(
        "capture_reading_link",
        "present, link, source_id, target_id",
        (
            _what(present, link) + text(source) + text(target)
            for link, source, target, present in links
        ),
    )


@cache
def _what(present: bool, link: str) -> bytes:
    """What the rows of one link begin with."""
    said = binary_copy.TRUE if present else binary_copy.FALSE
    return binary_copy.start(4) + said + binary_copy.text(link)


def stage_sets(link_sets: Iterable[tuple[str, str]]) -> None:
    """Note sources whose links have all been named."""
    text, start = binary_copy.text, binary_copy.start(2)
    binary_copy.copy(
        "capture_reading_link_set",
        "link, source_id",
        (start + text(link) + text(source) for link, source in link_sets),
    )


def prepare() -> None:
    """Give the planner the sizes of what was staged, before comparing."""
    execute("analyze capture_reading_link")
    execute("analyze capture_reading_link_set")


def missing(tenant_id: UUID, singles: Sequence[str]) -> dict[str, int]:
    """How many links were not named in complete sets, by link; not those of deleted objects.

    singles: links that have one target at most: one that has another target now is not missing.
    """
    return dict(rows(_COUNT_MISSING, [tenant_id, list(singles)]))


def missing_by_end(tenant_id: UUID, link: str) -> tuple[dict[str, int], dict[str, int]]:
    """How many of one link are missing at each source, and at each target."""
    of_sources, of_targets = (
        dict(rows(_COUNT_MISSING_BY_END.format(end=end), [tenant_id, link]))
        for end in ("source", "target")
    )
    return of_sources, of_targets


def present(tenant_id: UUID, link: str) -> int:
    """How many of a link there are."""
    return int(rows(_COUNT_PRESENT, [tenant_id, link])[0][0])


def accept(tenant_id: UUID, *, hold: Iterable[str] = ()) -> None:
    """Accept what the read changed. hold: links whose missing ones are not taken as removed."""
    execute(_ACCEPT, [tenant_id, tenant_id, list(hold)])


def settle_deleted(tenant_id: UUID) -> None:
    """No link stays at an object that was deleted, whatever the reads said about it."""
    staged_objects.analyze()
    execute(_DROP_ADDED_TO_DELETED)
    execute(_REMOVE_FROM_DELETED, [tenant_id, tenant_id])


def uncertain(tenant_id: UUID) -> set[str]:
    """Links that may be back together with an undeleted object without delta saying so."""
    found: set[str] = set()
    for end in ("source", "target"):
        found |= {row[0] for row in rows(_UNCERTAIN.format(end=end), [tenant_id, tenant_id])}
    return found


def accepted_counts() -> dict[bool, int]:
    """How many links were added (True) and removed (False)."""
    return dict(rows("select present, count(*) from capture_accepted_link group by 1", []))
