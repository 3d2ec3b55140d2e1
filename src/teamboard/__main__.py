"""`teamboard` and `python -m teamboard`."""

from __future__ import annotations

import gc
import sys


def run() -> None:
    """Run the command line and end the process with its exit code."""
    # What is made while starting stays: looking through it again and again costs a tenth of the start.
    # A command is over before there is garbage worth collecting; the app turns collecting on again.
    gc.disable()
    # Late: while it is imported, nothing is collected.
    from teamboard.cli.main import main

    code = main(sys.argv[1:])
    if not gc.isenabled():
        # Python collects once more when it ends, a tenth of a command's time; what is frozen it leaves out.
        gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    run()
