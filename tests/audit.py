"""Ask the advisories of the Python Packaging Authority about every pinned library: `python -m tests.audit`.

Ends with 1 where one of them has a known hole. Without a way to the advisories it says so, and ends with 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"
SECONDS = 120


def main() -> int:
    command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "-f", "json", "-r", str(LOCK)]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
        found = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError, subprocess.TimeoutExpired):
        found = []
    answered = [library for library in found if "vulns" in library]
    if not answered:
        print("audit: the advisories could not be reached; nothing was audited")
        return 0
    holes = [(library["name"], library["version"], hole["id"]) for library in answered for hole in library["vulns"]]
    print(f"audit: {len(answered)} of {len(found)} libraries are known to the advisories, {len(holes)} holes")
    for name, version, hole in holes:
        print(f"  {name} {version}: {hole}")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
