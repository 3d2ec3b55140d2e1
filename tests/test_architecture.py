"""The map in ARCHITECTURE.md is of the tree as it is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "teamboard"


def modules_of_the_map() -> dict[str, set[str]]:
    """The modules that the tables name, by package; those of a package inside are of that package."""
    named: dict[str, set[str]] = {}
    for line in (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and (SOURCE / cells[0]).is_dir():
            for name in re.findall(r"`([\w/]+)`", line):
                package, _, module = f"{cells[0]}/{name}".rpartition("/")
                named.setdefault(package, set()).add(module)
    return named


def modules_of_the_tree() -> dict[str, set[str]]:
    """The modules by package; of the screens, the folders."""
    found: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        package = path.parent.relative_to(SOURCE).as_posix()
        if package.startswith("ui/screens/"):
            package, name = "ui/screens", path.parent.name
        else:
            name = path.stem
        if package != "." and name != "__init__":
            found.setdefault(package, set()).add(name)
    return found


def test_the_map_names_every_module_and_no_other() -> None:
    assert modules_of_the_map() == modules_of_the_tree()


def test_the_files_to_look_in_are_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for name in set(re.findall(r"`((?:domain|actions|store|render|ui|personal|services|cli)/[\w/]+\.py)`", text)):
        assert (SOURCE / name).is_file(), name


def test_services_alone_make_the_view_of_a_board_on_a_day() -> None:
    """Other layers are given it, so that terms in effect and standings are worked out once."""
    makers = set()
    for path in SOURCE.rglob("*.py"):
        calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
        if any(getattr(call.func, "id", getattr(call.func, "attr", "")) == "BoardOnDay" for call in calls):
            makers.add(path.relative_to(SOURCE).as_posix())
    assert makers == {"domain/board_on_day.py", "services/views.py"}


CROSS_CUTTING = {
    "actions": {"any_action", "permissions", "verbs"},
    "bench": {"crm_forecasts", "crm_year"},
    "cli/goal_verbs": {"activities", "passing_on"},
    "cli/year": {"crm_year", "year"},
    "cli": {
        "any_command",
        "hints",
        "numbers",
        "processes",
        "read_only",
        "early_turns",
        "reviews_across_periods",
        "typed_numbers",
    },
    "domain": {"number_formats"},
    "render": {"sentences", "figures", "json_figures"},
    "services": {"many_programs", "tinydb_suite"},
    "web": {"endings"},
    "store": {"catch_up_with_anything", "contract", "promises"},
    "store/file": {"archived_figures", "foreign_files", "shared_folders", "unnumbered"},
    "store/postgres": {
        "activities",
        "attacks",
        "hostile_commits",
        "imports",
        "leaving",
        "locks",
        "named_checks",
        "renaming",
        "replay",
        "rights",
        "undo",
    },
    "domain/goals": {"mean_of_values"},
    "ui": {"first_screens", "keys_by_screen", "pictures", "readable", "same_figures", "terminal"},
    "ui/screens": {"activities", "board_rows", "hints"},
}
"""The test modules, by package, that are of no single module."""


def test_test_modules_have_the_names_and_rooms_of_what_they_test() -> None:
    for path in (ROOT / "tests").rglob("test_*.py"):
        package = path.parent.relative_to(ROOT / "tests").as_posix()
        if package == ".":
            continue
        folder = SOURCE / package
        names = {found.stem for found in (folder.rglob("*") if package == "ui/screens" else folder.glob("*"))}
        assert path.stem.removeprefix("test_") in names | CROSS_CUTTING.get(package, set()), path
