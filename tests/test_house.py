"""The house: files stay small, the command line stays light, the documents name what there is.

Which layer may import which is in .importlinter.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "teamboard"
MODULES = sorted(SOURCE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    """The modules that a file imports, wherever it does so."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_of_rich_only_the_width_of_cells_is_used_outside_screens(path: Path) -> None:
    """What import-linter, which knows other packages as a whole, can't tell apart."""
    if path.relative_to(SOURCE).parts[0] not in ("ui", "web", "cli"):
        assert {m for m in imports(path) if m.split(".")[0] == "rich"} <= {"rich.cells"}


@pytest.mark.parametrize("folder", sorted({p.parent for p in MODULES}), ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_package_has_more_than_24_modules(folder: Path) -> None:
    assert len([p for p in folder.glob("*.py") if p.name != "__init__.py"]) <= 24


def test_every_module_of_services_but_the_door_is_kept_from_tinydb() -> None:
    contracts = (ROOT / ".importlinter").read_text(encoding="utf-8")
    names = {p.stem for p in (SOURCE / "services").glob("*.py")} - {"__init__", "tinydb_door"}
    door = contracts.partition("[importlinter:contract:door]")[2].partition("forbidden_modules")[0]
    assert names == set(re.findall(r"teamboard\.services\.(\w+)", door))


def test_every_folder_of_screens_is_held_to_be_independent() -> None:
    contracts = (ROOT / ".importlinter").read_text(encoding="utf-8")
    folders = {p.parent.name for p in (SOURCE / "ui" / "screens").glob("*/__init__.py")}
    assert folders <= {line.strip().rpartition(".")[2] for line in contracts.splitlines() if "ui.screens." in line}


@pytest.mark.parametrize(
    "path", [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))], ids=lambda p: str(p.relative_to(ROOT))
)
def test_no_file_is_a_house_of_its_own(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def loaded(*arguments: str, cwd: Path) -> set[str]:
    """The modules that a command line has loaded when it is done."""
    code = "import sys; from teamboard.cli.main import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", code, *arguments]
    return set(subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stderr.split())


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["version"], {"textual", "rich", "yaml", "filelock", "tinydb", "watchfiles", "platformdirs", "jinja2"}),
        (
            ["checkin", "G9", "+1", "--as", "mara"],
            {"textual", "rich", "yaml", "filelock", "tinydb", "watchfiles", "platformdirs", "jinja2", "asyncio"}
            | {"teamboard.domain.forecast", "teamboard.domain.alignment"},
        ),
        (["show"], {"textual", "yaml", "filelock", "tinydb", "watchfiles", "jinja2"}),
        (["log"], {"textual", "yaml", "filelock", "tinydb", "watchfiles", "platformdirs", "jinja2"}),
        (["--help"], {"textual", "rich", "yaml", "tinydb", "watchfiles", "teamboard.cli.check_ins"}),
    ],
)
def test_a_command_loads_only_what_it_needs(tmp_path: Path, arguments: list[str], absent: set[str]) -> None:
    subprocess.run([sys.executable, "-m", "teamboard", "demo", "--board", "team.board.json"], cwd=tmp_path, check=True)
    assert not absent & loaded(*arguments, cwd=tmp_path)


def test_the_board_is_painted_without_what_is_done_on_it() -> None:
    """Each module that is loaded before the first paint delays it: actions, forms and YAML are loaded when used."""
    # What Python had loaded before is not ours: where the tests are measured that is coverage, which is left out here.
    code = (
        "import sys; before = {*sys.modules}; "
        "import teamboard.cli.main, teamboard.cli.start.opening, teamboard.ui.app; "
        "print(*(sys.modules.keys() - before))"
    )
    variables = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=variables)
    modules = set(found.stdout.split())
    assert {name for name in modules if name.startswith("teamboard.actions.")} <= {
        "teamboard.actions.base",
        "teamboard.actions.verify",
    }
    absent = (
        "yaml",
        "click.shell_completion",
        "watchfiles",
        "teamboard.domain.verbs.team",
        "teamboard.importers",
        "teamboard.store.file.writer",
        "teamboard.store.adoption",
        "teamboard.ui.screens.form",
        "teamboard.domain.forecast",
        "teamboard.render.goals.forecasts",
    )
    assert not modules & set(absent)


def test_only_what_makes_a_document_loads_what_makes_documents() -> None:
    """Not even all modules together load jinja2 or typst before there is a document; textual-serve brings its own."""
    code = (
        "import pkgutil, sys; from importlib import import_module; import teamboard\n"
        "for found in pkgutil.walk_packages(teamboard.__path__, 'teamboard.'):\n"
        "    if not (found.name.startswith('teamboard.web') or found.name.endswith(('__main__', '.serve'))):\n"
        "        import_module(found.name)\n"
        "print({'jinja2', 'typst'} & set(sys.modules), 'teamboard.render.documents.review' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "set() True\n"


def test_no_message_puts_a_command_together_by_hand() -> None:
    """What is to be copied into a shell is quoted for it: `shell_command` does."""
    found = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in node.values)
                if re.search("`teamboard[^`]*\0", text):
                    found.append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    assert found == []


def test_each_pattern_of_a_stored_text_is_said_in_words() -> None:
    """A message of msgspec would show the regular expression: `patterns.pattern` has words for it."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and any(keyword.arg == "pattern" for keyword in node.keywords):
                assert path.name == "patterns.py", f"{path.relative_to(SOURCE)}:{node.lineno}"


def late_imports() -> list[tuple[Path, int]]:
    """The imports inside functions, by file and line."""
    return sorted(
        {
            (path, node.lineno)
            for path in SOURCE.rglob("*.py")
            for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        }
    )


def test_few_imports_are_late_and_each_has_its_reason_above() -> None:
    late = late_imports()
    assert len(late) <= 25
    for path, line in late:
        lines = path.read_text(encoding="utf-8").splitlines()
        skipped = ("from ", "import ", "try:")
        above = next(text.strip() for text in reversed(lines[: line - 1]) if not text.strip().startswith(skipped))
        assert above.startswith("#"), f"{path.relative_to(SOURCE)}:{line} has no reason above it"


def test_a_command_collects_no_garbage_when_it_ends() -> None:
    """It would cost a tenth of a command's time."""
    code = (
        "import atexit, gc, sys; from teamboard.__main__ import run\n"
        "atexit.register(lambda: print(gc.get_freeze_count() > 1000, file=sys.stderr))\n"
        "run()"
    )
    found = subprocess.run([sys.executable, "-c", code, "version"], capture_output=True, text=True, check=True)
    assert (found.stdout[:9], found.stderr) == ("teamboard", "True\n")


def test_the_readme_and_the_docs_name_what_there_is() -> None:
    from teamboard.cli.commands import GROUPS

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pages = readme + (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for command in (name for names in GROUPS.values() for name in names):
        assert f"`teamboard {command}" in pages, command
    for name in (
        "team-yaml.md",
        "team-csv.md",
        "settings.md",
        "json.md",
        "themes.md",
        "facts.md",
        "agendas.md",
        "keys.md",
        "commands.md",
        "security.md",
    ):
        assert (ROOT / "docs" / name).is_file()
        assert f"docs/{name}" in readme


def test_the_yaml_of_the_docs_works(tmp_path: Path) -> None:
    """The examples are what they say they are, and so are the agendas that come with teamboard."""
    from teamboard.personal.agendas import AGENDAS
    from teamboard.personal.themes import THEMES

    team = (ROOT / "docs" / "team-yaml.md").read_text(encoding="utf-8").split("```yaml")[1].partition("```")[0]
    (tmp_path / "team.yaml").write_text(team, encoding="utf-8")
    made = subprocess.run(
        [sys.executable, "-m", "teamboard", "init", "--from", "team.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ},
    )
    assert made.returncode == 0, made.stderr
    theme = (ROOT / "docs" / "themes.md").read_text(encoding="utf-8").split("```yaml")[1].partition("```")[0]
    (tmp_path / "theme.yaml").write_text(theme, encoding="utf-8")
    assert THEMES.read(tmp_path / "theme.yaml").name
    agenda = (ROOT / "docs" / "agendas.md").read_text(encoding="utf-8").split("```yaml")[1].partition("```")[0]
    (tmp_path / "agenda.yaml").write_text(agenda, encoding="utf-8")
    assert AGENDAS.read(tmp_path / "agenda.yaml").topics
    found, broken = AGENDAS.load()
    assert (set(found), broken) == ({"regular", "growth", "first-weeks"}, [])
    assert all({t.theme for t in found[name].topics} > {"career"} for name in found)
