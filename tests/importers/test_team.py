"""A team from YAML: the sample team, a user's own, and what is wrong with one, by file, line and field."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from teamboard.actions.base import Actor
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.due import feedback_standing, one_on_one_due
from teamboard.domain.goals.progress import value_range
from teamboard.domain.goals.standing import standing
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.domain.input_parsing import parse_date
from teamboard.domain.one_on_ones import open_actions_between
from teamboard.domain.pulse import topics_balance
from teamboard.domain.records import GOAL_KINDS, Absence, Activity, DoneOrNot, Goal, Metric, Milestones
from teamboard.domain.references import invalid_references
from teamboard.importers.team import read_team
from teamboard.importers.yaml_text import YamlError
from teamboard.render.activity_log import describe_commit
from teamboard.resources import resource_folder
from teamboard.store import codec
from teamboard.store.decoder import decode
from tests.conftest import NOW, TODAY

IMPORTER = Actor(None, "root", "desk")
TEAM = """\
team:
  name: Two
  timezone: Europe/Lisbon
  period: {name: Q4, starts: 2026-10-01, ends: 2026-12-31}
members:
  - {handle: mara, name: Mara}
  - {handle: ana, name: Ana, manager: mara}
team_goals:
  - {key: arr, title: ARR, metric: {unit: €, target: 2M}, rolls_up: sum}
goals:
  - {key: a, owner: ana, title: Mine, metric: {unit: €, target: 900k}, aligned: arr}
check_ins:
  - goal: a
    entries:
      - {day: today-3 09:30, value: 450k, note: "half, nearly", confidence: 7, call: 800k, best: 1M}
"""
REVISED = (
    TEAM
    + """\
revisions:
  # Ana goes to the partners.
  - {goal: a, day: today-2, by: ana, reason: market, why: Gone, target: 800k, agreed: today}
"""
)


def read(tmp_path: Path, text: str, now: datetime = NOW) -> Board:
    path = tmp_path / "team.yaml"
    path.write_text(text, encoding="utf-8")
    return read_team(path, now, IMPORTER).board


@pytest.mark.parametrize(
    "now",
    [
        NOW,
        datetime(2026, 1, 1, 0, 5, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2028, 2, 29, 23, 59, tzinfo=UTC),
    ],
)
def test_the_sample_team_reads_like_a_real_one_on_any_day(now: datetime) -> None:
    file = read_team(resource_folder("sample_team"), now, IMPORTER)
    board, today = file.board, file.board.day_of(now)
    assert not list(invalid_references(board))
    assert len(list(board.members)) == 9
    goals = [g for g in board.goals if g.outcome is None]
    assert len(board.open_team_goals) == 4
    assert 28 <= len(goals) <= 34
    assert {g.kind for g in board.goals} == set(GOAL_KINDS)
    assert {type(g.measure) for g in board.goals} == {Metric, Milestones, DoneOrNot, Activity}
    countries = {m.title.rpartition(", ")[2] for m in board.members}
    assert countries == {"Copenhagen", "Madrid", "Berlin"}
    found = [standing(board, g, today) for g in goals]
    statuses = [s.status for s in found]
    assert {"achieved", "on track", "at risk", "behind", "stale", "new"} == set(statuses)
    assert statuses.count("stale") == 1
    assert statuses.count("achieved") == 1
    assert sum(bool(s.blocker) for s in found) == 1
    overdue = [m.handle for m in board.members if feedback_standing(BoardOnDay(board, today), m).overdue_days]
    assert overdue == ["ben"]
    states = {f.state for f in board.tables["feedback"].values()}  # type: ignore[attr-defined]
    assert states == {"open", "acknowledged", "resolved"}
    talks = [m.handle for m in board.members if (d := one_on_one_due(BoardOnDay(board, today), m)) and d.overdue]
    assert talks == ["ben"]
    ben = next(m for m in board.members if m.handle == "ben")
    assert topics_balance(BoardOnDay(board, today), ben).pipeline_alone
    assert len(open_actions_between(board, "ana")) == 2
    assert [(g.outcome) for g in board.goals if g.outcome] == [
        "achieved",
        "missed",
        "missed",
        "achieved",
        "achieved",
        "missed",
        "achieved",
        "dropped",
    ]
    (revision,) = board.revisions_of(RecordId("T4"))
    assert revision.reason == "new-competitor"
    assert {v.state for v in board.revisions} == {"agreed", "declined", "proposed"}
    stamps = [entry.at for _, entry in board.history or ()]
    assert stamps == sorted(stamps)
    assert max(stamps) <= now


def test_the_history_of_an_import_is_what_it_would_have_been(sample: codec.BoardFile) -> None:
    history = sample.board.history
    assert history is not None
    assert [n for n, _ in history] == list(range(1, sample.board.revision + 1))
    verbs = {entry.verb for _, entry in history}
    assert {"set up the team", "add a member", "add a goal", "check in", "give feedback"} <= verbs
    check_in = next(e for _, e in history if e.verb == "check in" and e.by == "ana")
    assert (check_in.login, check_in.host) == ("demo", "desk")
    reread = decode(b"".join(codec.encode(sample)))
    assert reread.board.revision == sample.board.revision


def test_a_team_from_one_file(tmp_path: Path) -> None:
    board = read(tmp_path, TEAM)
    goal = board.goal(RecordId("G1"))
    assert goal is not None
    found = standing(board, goal, TODAY)
    assert (found.progress, found.age_days) == (0.5, 3)
    last = board.last_checkin(RecordId("G1"))
    assert last is not None
    assert (last.by, last.note, last.confidence) == ("ana", "half, nearly", 7)
    assert (last.call, last.best) == (800_000, 1_000_000)
    assert last.at == datetime(2026, 11, 19, 9, 30, tzinfo=UTC)


def test_revisions_and_periods_before_are_what_they_would_have_been(tmp_path: Path) -> None:
    earlier = "earlier: [{name: Q3, starts: 2026-07-01, choices: {old: close}}]\n"
    old = "  - {key: old, owner: ana, title: Old, starts: 2026-07-01, due: 2026-09-30}\ncheck_ins:"
    board = read(tmp_path, REVISED.replace("check_ins:", old) + earlier)
    (revision,) = board.revisions
    assert (revision.state, revision.by, revision.answered_by, revision.effective) == ("agreed", "ana", "mara", TODAY)
    assert board.team is not None
    assert (board.team.period.name, [p.name for p in board.team.earlier]) == ("Q4", ["Q3"])
    assert board.team.earlier[0].ends == date(2026, 9, 30)
    outcomes = {g.title: g.outcome for g in board.goals}
    assert outcomes == {"Old": "missed", "Mine": None}


ACTIVITY = TEAM.replace(
    "check_ins:", "  - {key: c, owner: ana, title: Calls, activity: {per_week: 10}, drives: a}\ncheck_ins:"
)
WEEKLY = "revisions:\n  - {goal: c, day: today-2, reason: market, why: More, per_week: 12, agreed: today}\n"


def test_a_number_per_week_what_it_drives_and_its_revision(tmp_path: Path) -> None:
    board = read(tmp_path, ACTIVITY + WEEKLY)
    goal = board.goal(RecordId("G2"))
    assert isinstance(goal, Goal)
    assert (goal.measure, goal.drives, goal.starts) == (Activity(unit="", per_week=12), "G1", date(2026, 10, 1))
    assert value_range(board, goal) == (0.0, 6 + 6 * 10 + 6 * 12 + 7)


LEVELS = TEAM.replace(
    "goals:\n  - {key: a,", "  - {key: iberia, title: Iberia, serves: arr, why: Promised}\ngoals:\n  - {key: a,"
)


def test_team_goals_may_serve_one_above_on_any_level(tmp_path: Path) -> None:
    below = "  - {key: spain, title: Spain, serves: iberia}\n  - {key: madrid, title: Madrid, serves: spain}\n"
    text = LEVELS.replace("serves: arr", "serves: arr, metric: {unit: €, target: 1M}")
    board = read(tmp_path, text.replace("goals:\n  - {key: a,", below + "goals:\n  - {key: a,"))
    assert [(t.id, t.serves, t.why) for t in board.team_goals] == [
        ("T1", None, ""),
        ("T2", "T1", "Promised"),
        ("T3", "T2", ""),
        ("T4", "T3", ""),
    ]


def test_lists_go_on_from_file_to_file_and_errors_name_the_right_one(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(TEAM)
    (tmp_path / "b.yaml").write_text(
        "goals:\n  - {key: b, owner: ana, title: Two}\n  - {key: c, owner: zoe, title: Three}\n"
    )
    with pytest.raises(YamlError, match=r"b\.yaml, line 3: There is no member 'zoe'"):
        read_team(tmp_path, NOW, IMPORTER)


def test_a_folder_is_read_whole(tmp_path: Path) -> None:
    head, _, rest = TEAM.partition("members:")
    (tmp_path / "a.yaml").write_text(head)
    (tmp_path / "b.yml").write_text("members:" + rest)
    (tmp_path / "notes.txt").write_text("not: [yaml")
    assert len(list(read_team(tmp_path, NOW, IMPORTER).board.members)) == 2


def edited(old: str, new: str) -> str:
    assert old in TEAM
    return TEAM.replace(old, new, 1)


BEN = "  - {handle: ben, name: Ben, manager: ana, starts: 2026-11-02, ramp: [25]}"
PEOPLE = (
    TEAM.replace("ana, name: Ana, manager: mara}", "ana, name: Ana, manager: mara}\n" + BEN)
    + """\
away:
  - {member: ben, starts: today-5, ends: today+5, note: Skiing}
leaving:
  - {member: ana, day: today-1, goals: {a: mara}, reports_to: mara}
"""
)


def test_newcomers_days_away_and_leavers(tmp_path: Path) -> None:
    board = read(tmp_path, PEOPLE)
    _, ana, ben = board.members
    assert (ben.starts, ben.ramp, ben.manager) == (date(2026, 11, 2), (25,), "mara")
    assert ben.away == (Absence(starts=TODAY - timedelta(days=5), ends=TODAY + timedelta(days=5), note="Skiing"),)
    assert (ana.left, [(goal.owner, goal.outcome) for goal in board.goals]) == (
        TODAY - timedelta(days=1),
        [("ana", "achieved"), ("mara", None)],
    )
    said = [describe_commit(board, entry) for _, entry in history_of(board)]
    assert [said[-3], said[-1]] == [
        "Ana put down that Ben is away from 2026-11-17 to 2026-11-27: Skiing",
        "Mara put down that Ana leaves on 2026-11-21: G1 → Mara as G2, 1 member under Mara",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (PEOPLE.replace("a: mara", "b: mara"), "line 20: no entry has the key 'b'"),
        (PEOPLE.replace("{a: mara}", "{}"), "line 20: G1 of Ana is open"),
        (PEOPLE.replace("ends: today+5", "ends: today-9"), "line 18: 2026-11-13 is before"),
        (PEOPLE.replace("[25]", "[250]"), "line 8: A ramp is per cent"),
        (edited("name: Two", "name: 7"), "team.yaml, line 2, field name: expected 'str'"),
        (edited("  name: Two\n", ""), "team.yaml, line 2, field team: object missing required field 'name'"),
        (edited("Europe/Lisbon", "Mars/Base"), "line 3: there is no time zone 'Mars/Base'"),
        (edited("starts: 2026-10-01", "starts: soon"), "line 4, field starts: 'soon' is not a date"),
        (edited("starts: 2026-10-01", "starts: 0000-01-01"), "line 4"),
        (
            edited("  period: {name: Q4, starts: 2026-10-01, ends: 2026-12-31}\n", ""),
            "line 2: object missing required field 'p",
        ),
        (
            edited("  period:", "  periods: weeks\n  period:"),
            "line 4, field periods: 'weeks' is not a calendar of periods",
        ),
        (edited("ends: 2026-12-31", "ends: 2026-09-30"), "line 2: A period must end after it begins"),
        (edited("manager: mara", "manager: zoe"), "line 7: There is no member 'zoe'"),
        (edited("handle: ana", "handle: mara"), "line 7: There is a member 'mara' already"),
        (edited("name: Ana,", "surname: Ana,"), "line 7"),
        (edited("aligned: arr", "aligned: nothing"), "line 11: no entry has the key 'nothing'"),
        (edited("target: 900k", "target: lots"), "line 11, field target: 'lots' is not a number"),
        (edited("target: 900k", "target: 0"), "line 11: Start and target are equal"),
        (edited("target: 900k", "target: .nan"), "line 11, field target"),
        (edited("target: 900k", "target: 1" + "0" * 400), "line 11, field target"),
        (edited("key: a,", "key: arr,"), "line 11, field key: 'arr' is used twice"),
        (edited("confidence: 7,", "confidence: 70,"), "line 15, field confidence: expected 'int' <= 10"),
        (edited("value: 450k", "value: 450k, value: 3"), "line 15: the key 'value' is repeated"),
        (edited("today-3 09:30", "today-3 25:30"), "line 15, field day: 'today-3 25:30' is not a date"),
        (edited("today-3 09:30", "today-99999"), "line 15, field day"),
        (edited("- goal: a", "- goal: b"), "line 15: no entry has the key 'b'"),
        (edited("today-3 09:30", "2026-09-01"), "line 15: no entry has the key 'a' at that time"),
        (TEAM + "team: {}\n", "the key 'team' is repeated"),
        (
            REVISED.replace("agreed: today", "agreed: 2026-10-02"),
            "line 18, field agreed: answered before",
        ),
        (REVISED.replace("target: 800k", "target: 0"), "line 18: Start and target are equal"),
        (REVISED.replace("market", "mood"), "line 18, field reason: invalid enum value 'mood'"),
        (
            REVISED.replace("{goal: a, day: today-2, by: ana", "{goal: arr, day: today-2"),
            "line 18: V1 is agreed already",
        ),
        (REVISED.replace("why: Gone", "why: ''"), "line 18: The story (why) is missing"),
        (TEAM + "earlier: [{name: Q3, starts: 2026-10-05}]\n", "line 16: Q3 begins after"),
        (
            TEAM + "earlier: [{name: Q3, starts: 2026-07-01, choices: {a: sell}}]\n",
            "line 16, field choices: invalid enum value 'sell'",
        ),
        (
            TEAM + "earlier: [{name: Q3, starts: 2026-07-01, choices: {a: drop}}]\n",
            "line 16: no entry has the key 'a' at that time",
        ),
        (LEVELS, "line 10: T1 adds up €: a goal aligned to it must be measured in the same unit."),
        (LEVELS.replace("serves: arr", "serves: iberia"), "line 10: no entry has the key 'iberia' at that time"),
        (LEVELS.replace("serves: arr", "serves: a"), "line 10: no entry has the key 'a' at that time"),
        (ACTIVITY.replace("per_week: 10", "per_week: 0"), "line 12: The number per week must be a number above 0"),
        (ACTIVITY.replace("per_week: 10", "per_week: many"), "line 12, field per_week: 'many' is not a number"),
        (ACTIVITY.replace("drives: a", "drives: z"), "line 12: no entry has the key 'z'"),
        (ACTIVITY.replace("drives: a", "drives: arr"), "line 12: There is no goal 'T1' of a member"),
        (ACTIVITY.replace("{per_week: 10}", "{per_week: 10}, metric: {target: 5}"), "has no metric or milestones"),
        (ACTIVITY + WEEKLY.replace("12", "-1"), "line 18: The number per week must be"),
        (TEAM + "colour: blue\n", "unknown field 'colour'"),
        ("- a list\n", "line 1: expected keys"),
        ("team: [unclosed\n", "line 2"),
        ("a: &x [1]\nb: *x\n", "line 2: references (*x) are not allowed"),
        ("team: " + "[" * 60 + "]" * 60, "nested too deeply"),
        ("", "missing required field 'team'"),
        ("team: !!python/object:os.system {}\n", "team"),
    ],
)
def test_errors_name_file_line_and_field(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(YamlError) as found:
        read(tmp_path, text)
    message = str(found.value)
    assert says in message
    assert "\n" not in message


def test_files_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xff\xfe\x00x")
    with pytest.raises(YamlError, match="UTF-8"):
        read_team(path, NOW, IMPORTER)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(YamlError, match=r"no \.yaml file"):
        read_team(empty, NOW, IMPORTER)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", TODAY),
        ("today+5", TODAY + timedelta(days=5)),
        ("today - 2", TODAY - timedelta(days=2)),
        ("+7", TODAY + timedelta(days=7)),
        ("-12", TODAY - timedelta(days=12)),
        ("2026-12-31", date(2026, 12, 31)),
    ],
)
def test_days_as_people_write_them(text: str, expected: date) -> None:
    assert parse_date(text, TODAY) == expected


@pytest.mark.parametrize("text", ["", "tomorrow", "31.12.2026", "today+", "+", "7", "9999-12-31", "0001-01-01"])
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="day") as refused:
        parse_date(text, TODAY)
    is_out_of_range = "a date from 1900-01-01 to 9000-01-01;" in str(refused.value)
    assert is_out_of_range == (text in ("9999-12-31", "0001-01-01"))
