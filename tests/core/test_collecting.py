import gc

from apps.core.collecting import fewer_collections


def test_the_usual_pace_is_back_when_the_last_block_ends() -> None:
    usual = gc.get_threshold()

    with fewer_collections():
        with fewer_collections():
            assert gc.get_threshold()[0] > usual[0]
        assert gc.get_threshold()[0] > usual[0]

    assert gc.get_threshold() == usual
