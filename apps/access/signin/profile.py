"""What a person says of himself."""

from django.db import transaction

from apps.access.models import User
from apps.access.signin import trail
from apps.core.actor import Actor
from apps.core.errors import Invalid, NotAllowed
from apps.core.languages import choosing as languages
from apps.core.time_zones import known_zones

LONGEST_NAME = 200


@transaction.atomic
def change_profile(
    *, actor: Actor, user: User, name: str, time_zone: str, language: str = ""
) -> None:
    """Change one's own name, time zone and language; an empty language leaves it as it is.

    Raises Invalid, NotAllowed for somebody else's.
    """
    if actor.user_id != user.pk:
        raise NotAllowed("A profile is its owner's.", code="own-profile")
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid("A name has 1 to 200 characters.", code="bad-name")
    if time_zone not in known_zones():
        raise Invalid("There is no such time zone.", code="unknown-time-zone")
    language = language or user.language
    if not languages.is_known(language):
        raise Invalid("There is no such language.", code="unknown-language")
    if (user.name, user.time_zone, user.language) == (name, time_zone, language):
        return
    user.name, user.time_zone, user.language = name, time_zone, language
    user.save(update_fields=["name", "time_zone", "language"])
    trail.record_by(actor, user, "profile.changed")
