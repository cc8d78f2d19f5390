"""A refusal at the console is recorded like one in the portal."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from apps.audit.models import AuditRecord
from apps.core.scope import no_scope
from tests.factories import make_cast


@pytest.mark.parametrize(
    ("person", "code"), [("bob", "needs-take-backups"), ("mallory", "no-such-tenant")]
)
def test_whoever_is_refused_at_the_console_is_recorded_at_home(
    db: None, person: str, code: str
) -> None:
    cast = make_cast()
    user = getattr(cast, person)
    with pytest.raises(SystemExit):
        call_command(
            "capture", "contoso.example", "--as", user.email, stdout=StringIO(), stderr=StringIO()
        )
    home = cast.north if person == "bob" else cast.south
    with no_scope("a test looks"):
        row = AuditRecord.objects.get(event="access.refused")
    assert (row.actor_user_id, row.msp_id, row.via) == (user.pk, home.pk, "console")
    assert (row.data["route"], row.data["code"]) == ("console:capture", code)
