"""`python -m apps.sandbox`: see --help."""

from __future__ import annotations

import sys

from apps.sandbox.server import options, running


def main() -> int:
    """Run until stopped; 0 after Ctrl-C, 1 with one line on stderr when it cannot start."""
    chosen = options.parse()
    try:
        running.run(chosen)
    except running.StartError as problem:
        sys.stderr.write(f"sandbox: {problem}\n")
        return 1
    except KeyboardInterrupt:
        sys.stdout.write("Sandbox stopped.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
