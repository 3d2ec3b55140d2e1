"""Folders of YAML files: the user's own beside the shipped ones, and broken files named and skipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from teamboard.importers.yaml_text import YamlError
from teamboard.personal.agendas import AGENDAS
from teamboard.resources import resource_folder

SHIPPED = {"regular", "growth", "first-weeks"}
MINE = "name: {name}\nabout: '{about}'\ntopics:\n  - {{theme: skills, text: Calls}}\n"


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of the user's own agendas."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "teamboard" / "agendas"
    folder.mkdir(parents=True)
    return folder


def write(folder: Path, file: str, name: str, about: str = "Mine") -> None:
    (folder / file).write_text(MINE.format(name=name, about=about), encoding="utf-8")


def test_without_ones_own_there_are_the_shipped_ones(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert AGENDAS.folders() == [resource_folder("agendas")]
    items, errors = AGENDAS.load()
    assert (set(items), errors) == (SHIPPED, [])
    assert not AGENDAS.user_folder().exists()


def test_ones_own_stand_beside_the_shipped_ones_and_replace_them(own: Path) -> None:
    write(own, "exit.yaml", "exit", "[b]Leaving[/b] 離職")
    write(own, "any name.yml", "regular", "Ours")
    (own / "notes.txt").write_text("no agenda")
    items, errors = AGENDAS.load()
    assert (set(items), errors) == (SHIPPED | {"exit"}, [])
    assert (items["regular"].about, items["exit"].about) == ("Ours", "[b]Leaving[/b] 離職")
    assert items["exit"] == AGENDAS.find("exit")
    # Found by its name, though the shipped file has that name and its own has another.
    found = AGENDAS.find("growth")
    assert found == items["growth"]


def test_of_two_of_ones_own_with_one_name_the_file_of_that_name_is_found(own: Path) -> None:
    write(own, "exit.yaml", "exit", "by file")
    write(own, "a.yaml", "exit", "by name")
    found = AGENDAS.find("exit")
    assert found is not None
    assert found.about == "by file"
    assert AGENDAS.load()[0]["exit"].about == "by file"


def test_broken_files_are_named_with_their_line_and_the_rest_is_read(own: Path) -> None:
    write(own, "exit.yaml", "exit")
    (own / "a.yaml").write_text("name: a\nabout: x\ntopics:\n  - {theme: weather, text: Rain}\n")
    (own / "b.yaml").write_text("name: [\n")
    (own / "c.yaml").write_bytes(b"\xff\xfe\x00")
    (own / "d.yaml").mkdir()
    items, errors = AGENDAS.load()
    assert set(items) == SHIPPED | {"exit"}
    assert [error.partition(":")[0].rpartition("/")[2] for error in errors] == [
        "a.yaml, line 4, field topics[0].theme",
        "b.yaml, line 2",
        "c.yaml",
        "d.yaml",
    ]
    assert not any("\n" in error or error.endswith(".") for error in errors)


def test_where_ones_own_is_broken_the_shipped_one_is_found(own: Path) -> None:
    (own / "regular.yaml").write_text("name: regular\n")
    found = AGENDAS.find("regular")
    assert found == AGENDAS.read(resource_folder("agendas") / "regular.yaml")


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../agendas/regular", "/etc/passwd", "no such", "\x00", "*", pytest.param("x" * 999, id="long")],
)
def test_no_name_leads_anywhere_else(own: Path, name: str) -> None:
    (own.parent / "secret.yaml").write_text(MINE.format(name="../secret", about="x"))
    assert AGENDAS.find(name) is None
    assert AGENDAS.find("../secret") is None


def test_one_file_is_read_or_refused(own: Path) -> None:
    write(own, "exit.yaml", "exit")
    assert AGENDAS.read(own / "exit.yaml").topics[0].text == "Calls"
    with pytest.raises(YamlError, match="no such file"):
        AGENDAS.read(own / "none.yaml")
    write(own, "exit.yaml", "Exit Interview")
    with pytest.raises(YamlError, match=r"exit\.yaml, line 1, field name"):
        AGENDAS.read(own / "exit.yaml")


def test_errors_say_in_words_what_a_text_may_be(own: Path) -> None:
    write(own, "a.yaml", "Exit Interview")
    assert AGENDAS.load()[1] == ["a.yaml, line 1, field name: expected a short name in small letters"]
