"""The module of the shipped themes: `python -m tests.helpers.shipped_themes` writes it from themes/*.yaml."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from teamboard.personal import shipped_themes
from teamboard.personal.themes import THEMES
from teamboard.resources import resource_folder

MODULE = Path(shipped_themes.__file__)
HEAD = '''"""The themes that come with teamboard, as values: the first paint need not wait for YAML.

`python -m tests.helpers.shipped_themes` writes this from themes/*.yaml; a test compares them.
"""

from __future__ import annotations

from typing import Any

SHIPPED: dict[str, dict[str, Any]] = {
'''


def module_text() -> str:
    """The text of the module."""
    lines = []
    for path in sorted(resource_folder("themes").glob("*.yaml")):
        theme = msgspec.to_builtins(THEMES.read(path))
        lines.append(f"    {json.dumps(theme['name'])}: {{")
        for field, value in theme.items():
            if isinstance(value, dict):
                inner = "".join(f"            {json.dumps(k)}: {json.dumps(v)},\n" for k, v in value.items())
                lines.append(f"        {json.dumps(field)}: {{\n{inner}        }},")
            else:
                lines.append(f"        {json.dumps(field)}: {json.dumps(value) if isinstance(value, str) else value},")
        lines.append("    },")
    return HEAD + "\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    MODULE.write_text(module_text(), encoding="utf-8")
