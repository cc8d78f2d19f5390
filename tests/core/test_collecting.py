import gc

from django.core.signals import request_finished

from apps.core.collecting import begin_serving, collect_what_is_left, fewer_collections


def test_the_usual_pace_is_back_when_the_last_block_ends() -> None:
    usual = gc.get_threshold()

    with fewer_collections():
        with fewer_collections():
            assert gc.get_threshold()[0] > usual[0]
        assert gc.get_threshold()[0] > usual[0]

    assert gc.get_threshold() == usual


def test_what_is_loaded_before_serving_is_not_looked_at_again() -> None:
    usual = gc.get_threshold()
    try:
        begin_serving()

        assert gc.get_freeze_count() > len(gc.get_objects())
        assert gc.get_threshold()[0] > usual[0]
    finally:
        request_finished.disconnect(dispatch_uid="collect-what-is-left")
        gc.unfreeze()
        gc.set_threshold(*usual)


def test_cycles_that_requests_leave_are_collected_after_one_once_there_are_many() -> None:
    class Link:
        """One of a cycle."""

    usual = gc.get_threshold()
    gc.disable()
    try:
        for _ in range(20_000):
            one, other = Link(), Link()
            one.__dict__["other"], other.__dict__["other"] = other, one

        collect_what_is_left()

        assert gc.get_count()[0] < 10_000
    finally:
        gc.enable()
        gc.set_threshold(*usual)
