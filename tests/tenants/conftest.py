from tests.support.doors import wall_open

__all__ = ["wall_open"]
