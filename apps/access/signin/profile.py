"""What a person says of himself."""

import zoneinfo

from django.db import transaction

from apps.access.models import User
from apps.access.signin import trail
from apps.core.actor import Actor
from apps.core.errors import Invalid, NotAllowed

LONGEST_NAME = 200


@transaction.atomic
def change_profile(*, actor: Actor, user: User, name: str, time_zone: str) -> None:
    """Change one's own name and time zone. Raises Invalid, NotAllowed for somebody else's."""
    if actor.user_id != user.pk:
        raise NotAllowed("A profile is its owner's.", code="own-profile")
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid("A name has 1 to 200 characters.", code="bad-name")
    if time_zone not in zoneinfo.available_timezones():
        raise Invalid("There is no such time zone.", code="unknown-time-zone")
    if (user.name, user.time_zone) == (name, time_zone):
        return
    user.name, user.time_zone = name, time_zone
    user.save(update_fields=["name", "time_zone"])
    trail.record_by(actor, user, "profile.changed")
