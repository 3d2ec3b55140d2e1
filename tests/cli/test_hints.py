"""What is worth a word with a member: printed for them and the managers above, and switched off by a team."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from teamboard.domain.records import HINT_NAMES
from tests.cli.conftest import DOCUMENTED, refused_and_unchanged
from tests.conftest import Run

PAUS = "· activities on plan, Win rate 14 % against 33 % in the team: look at discovery"


def hints_of(run: Run, member: str, reader: str) -> Any:
    return json.loads(run("show", "--member", member, "--as", reader, "--json").stdout)["hints"]


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_they_are_for_the_member_and_the_managers_above(run: Run) -> None:
    for reader in ("pau", "mara"):
        for command in (("show", "--member", "pau"), ("one-on-one", "pau")):
            text = run(*command, "--as", reader).stdout
            assert f" Worth a word   for the member and the managers above\n {PAUS}\n" in text
        (found,) = hints_of(run, "pau", reader)
        assert found == {"name": "win-rate", "text": PAUS[2:], "goal": None}
        for field in found:
            assert f"`{field}`" in DOCUMENTED
    for reader in ("ana", "nobody"):
        assert hints_of(run, "pau", reader) is None
        assert "Worth a word" not in run("show", "--member", "pau", "--as", reader).stdout
        assert "Worth a word" not in run("one-on-one", "pau", "--as", reader).stdout
    assert hints_of(run, "freja", "mara") == []
    assert "Worth a word" not in run("show", "--member", "freja", "--as", "mara").stdout
    members = json.loads(run("show", "--as", "mara", "--json").stdout)["members"]
    assert all(m["hints"] is None for m in members)


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_of_a_past_day_there_are_the_hints_of_that_day(run: Run) -> None:
    def of_day(day: str) -> str:
        return run("show", "--member", "ana", "--as", "mara", "--as-of", day).stdout

    assert "· G13 Discovery calls has needed help for 9 days" in of_day("today")
    assert "has needed help for 8 days" in of_day("today-1")
    assert "has needed help" not in of_day("today-3")


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_a_team_switches_them_off_and_on_and_undoes_it(run: Run) -> None:
    changed = run("team", "--no-hint", "win-rate", "--no-hint", "blocker", "--as", "mara")
    assert "hints          all but blocker, win-rate\n" in changed.stdout
    assert hints_of(run, "pau", "mara") == hints_of(run, "ana", "mara") == []
    assert json.loads(run("team", "--json").stdout)["hints_off"] == ["blocker", "win-rate"]
    assert "(hints off: blocker, win-rate)" in run("log").stdout
    listed = run("team", "--hints").stdout
    assert [line.split()[:2] for line in listed.splitlines() if not line.startswith(" ")] == [
        [name, "off" if name in ("blocker", "win-rate") else "on"] for name in HINT_NAMES
    ]
    assert "  … has needed help for … days\n  A blocker that is open for over a week" in listed
    assert "all but win-rate\n" in run("team", "--hint", "blocker", "--as", "mara").stdout
    assert len(hints_of(run, "ana", "mara")) == 1
    assert run("undo", "--as", "mara").returncode == 0
    assert hints_of(run, "ana", "mara") == []
    assert "all; --hints lists them\n" in run("team", "--hint", "blocker", "--hint", "win-rate", "--as", "mara").stdout
    off = run("team", *(word for name in HINT_NAMES for word in ("--no-hint", name)), "--as", "mara")
    assert "hints          none; --hints lists them\n" in off.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--no-hint", "nagging", "--as", "mara"], 2, "'nagging' is not one of 'blocker', 'win-rate', 'activities'"),
        (["--hint", "", "--as", "mara"], 2, "is not one of 'blocker'"),
        (["--no-hint", "coaching", "--as", "ana"], 1, "Only Mara Lind (mara) may change the team"),
        (["--hint", "coaching", "--as", "mara"], 1, "Nothing about the team would change"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_an_unknown_hint_is_refused_with_the_names(
    run: Run, demo: Path, arguments: list[str], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, ["team", *arguments], code, says)


@pytest.mark.slow
def test_a_team_in_yaml_has_its_hints_off(run: Run, tmp_path: Path) -> None:
    team = (
        "team: {{name: Us, timezone: UTC, period: {{name: Q, starts: today-9, ends: today+9}}, hints_off: [{}]}}\n"
        "members: [{{handle: mara, name: Mara}}]\n"
    )
    file = tmp_path / "team.yaml"
    file.write_text(team.format("coaching, nagging"), encoding="utf-8")
    refused = run("init", "--from", "team.yaml", "--as", "mara")
    assert refused.returncode == 1
    names = ", ".join(HINT_NAMES)
    assert (
        refused.stderr
        == f"teamboard: team.yaml, line 1, field hints_off: 'nagging' is not a hint; hints are {names}.\n"
    )
    file.write_text(team.format("feedback, coaching"), encoding="utf-8")
    assert run("init", "--from", "team.yaml", "--as", "mara").returncode == 0
    assert json.loads(run("team", "--json").stdout)["hints_off"] == ["coaching", "feedback"]


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
def test_the_standup_has_none(run: Run) -> None:
    for command in (("standup", "--report"), ("due",), ("pulse",), ("report",)):
        text = run(*command, "--as", "mara").stdout
        assert "Worth a word" not in text
        assert "look at discovery" not in text
