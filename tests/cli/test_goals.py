"""`goal add --for`: one goal for each of several members, or none at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric
from teamboard.store.file.store import FileStore
from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run

DEMOS = ("goal", "add", "Ten demos", "--target", "10", "--unit", "demos", "--as", "mara", "--for")


def test_each_named_member_gets_one_in_one_commit(run: Run, demo: Path) -> None:
    before = FileStore(demo).load()
    said = run(*DEMOS, "ana, Ben Okafor,chi", "--align", "T5", "--weight", "2")
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == "Ten demos is set for 3 members: G41 ana, G42 ben, G43 chi.\n"
    after = FileStore(demo).load()
    assert after.revision == before.revision + 1
    made = [g for g in after.goals if before.get(g.id) is None]
    assert {(g.title, g.measure, g.weight, g.kind) for g in made} == {
        ("Ten demos", Metric(unit="demos", start=0, target=10), 2.0, "result")
    }
    assert [(g.owner, g.aligned) for g in made] == [(handle, {"T5": 1.0}) for handle in ("ana", "ben", "chi")]
    # Each is told to its owner, as if it had been set alone.
    for handle, revision in (("ana", "V7"), ("ben", "V8"), ("chi", "V9")):
        assert run("revision", "acknowledge", revision, "--as", handle).returncode == 0
    log = run("log").stdout
    assert "Mara Lind set Ten demos for Ana Ruiz (G41), Ben Okafor (G42) and Chi Tanaka (G43)\n" in log


def test_all_and_the_reports_of_a_manager(run: Run, demo: Path) -> None:
    everybody = [m.handle for m in FileStore(demo).load().members]
    assert run("member", "leave", "pau", "today", "--goals-to", "ana", "--as", "mara").returncode == 0
    said = run(*DEMOS, "all").stdout
    assert re.findall(r"G\d+ (\w+)", said) == [handle for handle in everybody if handle != "pau"]
    assert said.startswith("Ten demos is set for 8 members: G41 mara, ")
    assert "Mara Lind set Ten demos for 8 members (G41 to G48)\n" in run("log").stdout
    assert run("undo", "--as", "mara").returncode == 0
    assert FileStore(demo).load().goal(RecordId("G41")) is None
    assert run("member", "add", "lea", "Lea Roth", "--manager", "ana", "--as", "mara").returncode == 0
    assert run(*DEMOS, "reports-of:ana").stdout == "Ten demos is set for 1 member: G49 lea.\n"
    assert run("board", "doctor").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((*DEMOS, "ana,zoe"), 1, "There is no member 'zoe'."),
        ((*DEMOS, "ana,Ana Ruiz"), 1, "Ana Ruiz (ana) is named twice."),
        ((*DEMOS, "ana,,ben"), 1, "write ana,ben, all or reports-of:mara"),
        ((*DEMOS, ""), 1, "write ana,ben, all or reports-of:mara"),
        ((*DEMOS, "reports-of:ben"), 1, "Nobody reports to Ben Okafor (ben)."),
        ((*DEMOS, "reports-of:zoe"), 1, "There is no member 'zoe'."),
        ((*DEMOS, "ana", "--owner", "ben"), 2, "leave out --owner, --team and --drives"),
        ((*DEMOS, "ana", "--team"), 2, "leave out --owner, --team and --drives"),
        ((*DEMOS, "ana", "--align", "T3"), 1, "T3 adds up €"),
        (
            ("goal", "add", "Ten demos", "--for", "ben,chi", "--as", "ana"),
            1,
            "Only Mara Lind (mara) may add a goal here",
        ),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, tuple) else str(v),
)
def test_one_that_can_not_have_it_stops_all(
    run: Run, demo: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    refused_and_unchanged(run, demo, [*arguments], code, says)
