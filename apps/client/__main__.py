"""`python -m apps.client`, and the beginning of holdfast.pyz."""

import sys

# Before anything is imported that an older Python could not even read.
if sys.version_info < (3, 11):  # noqa: UP036 - holdfast.pyz is started by any Python
    sys.exit("holdfast needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")

from apps.client.app import main


def start() -> None:
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    start()
