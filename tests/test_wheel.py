"""The wheel: built, installed into an environment that has nothing else, and run."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (found,) = out.glob("*.whl")
    return found


def test_the_wheel_carries_themes_and_sample_team(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"teamboard/themes/{p.name}" for p in (ROOT / "themes").iterdir()} <= names
    assert {f"teamboard/sample_team/{p.name}" for p in (ROOT / "sample_team").iterdir()} <= names
    assert {f"teamboard/agendas/{p.name}" for p in (ROOT / "agendas").iterdir()} <= names
    assert "teamboard/ui/screens/board/board.tcss" in names
    templates = ROOT / "src" / "teamboard" / "render" / "documents" / "templates"
    assert {f"teamboard/render/documents/templates/{p.name}" for p in templates.iterdir()} <= names
    assert "teamboard/py.typed" in names
    assert not {n for n in names if n.startswith(("tests", "docs"))}


def test_the_installed_wheel_runs_the_demo(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    lock = ROOT / "requirements.lock"
    install = [
        str(python),
        "-m",
        "pip",
        "install",
        "-q",
        "--no-compile",
        "--disable-pip-version-check",
        "-c",
        str(lock),
        str(wheel),
    ]
    env = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run(install, env=env, check=True, capture_output=True)
    env = {**os.environ, "COLUMNS": "100"}
    command = [str(home / "bin" / "teamboard"), "demo"]
    found = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert "Northwind EMEA Sales" in found.stdout
    assert "G24 Win back Nordlys and Fjell" in found.stdout
    subprocess.run([*command, "--board", "team.board.json"], cwd=tmp_path, env=env, check=True)
    command = [str(home / "bin" / "teamboard"), "period", "report", "--to", "html"]
    report = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert report.returncode == 0, report.stderr
    assert "<h1>This quarter: the result so far</h1>" in report.stdout
    themes = subprocess.run([home / "bin" / "teamboard", "themes"], capture_output=True, text=True, check=True)
    assert "harbour" in themes.stdout
