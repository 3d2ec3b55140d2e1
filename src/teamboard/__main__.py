"""`teamboard` and `python -m teamboard`."""

from __future__ import annotations

import gc
import sys


def run() -> None:
    """Run the command line and end the process with its exit code."""
    # What is made while starting stays: looking through it again and again costs a tenth of the start.
    # A command is over before there is garbage worth collecting; the app turns collecting on again.
    gc.disable()
    from teamboard.cli.main import main

    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()
