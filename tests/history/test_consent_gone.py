"""What a capture does about a connection that no longer is what it was."""

import pytest

from apps.entra.errors import Denied, NeedsConsent
from apps.jobs.models import Job
from tests.history.conftest import Capture
from tests.history.sources import MemorySource


def checks_asked_for() -> int:
    return Job.objects.filter(kind="connect-health").count()


def test_a_consent_that_is_gone_has_the_connection_checked_once(
    source: MemorySource, capture: Capture
) -> None:
    source.fail_all(NeedsConsent("no consent"))
    for _ in range(2):
        with pytest.raises(NeedsConsent):
            capture()

    assert checks_asked_for() == 1


def test_what_a_kept_back_permission_leaves_out_is_said(
    source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada")
    source.without["user"] = ("employeeLeaveDateTime",)

    result = capture()

    assert result.snapshot is not None
    assert result.snapshot.complete
    row = result.snapshot.collections.get(collection="user")
    assert (row.status, row.detail) == (
        "complete",
        "Without employeeLeaveDateTime, for want of a permission.",
    )


def test_a_collection_that_is_newly_denied_has_the_connection_checked(
    source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada")
    capture()
    assert checks_asked_for() == 0

    source.failures["group"] = Denied("no permission")
    capture()
    assert checks_asked_for() == 1
    Job.objects.filter(kind="connect-health").delete()

    # and what was denied before is no news
    capture()
    assert checks_asked_for() == 0
