"""A board as JSON: plain values under stable names, for a whole board, a member, a goal and a branch."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from teamboard.actions.feedback import AcknowledgeFeedback, GiveFeedback, ResolveFeedback
from teamboard.actions.goals import AddGoal
from teamboard.actions.one_on_ones import NewAction, NewTopic, WriteOneOnOne
from teamboard.actions.reviews import ScheduleReview
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.skills import SetSkill
from teamboard.domain.alignment import alignment
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Goal, Member, TeamGoal
from teamboard.render.board_json import board_json, branch_json, feedback_json, goal_json, member_json, team_json
from tests.conftest import ANA, BEN, MARA, TODAY, Maker
from tests.helpers.nasty import ALL_NASTY


def member(board: Board, handle: str) -> Member:
    found = board.member(handle)
    assert found is not None
    return found


def goal_of(shown: BoardOnDay, goal_id: RecordId, **options: bool) -> dict[str, Any]:
    goal = shown.board.goal(goal_id)
    assert goal is not None
    return goal_json(shown, goal, checkins=options.get("checkins", False))


def test_an_empty_board() -> None:
    assert board_json(BoardOnDay(Board({}), TODAY)) == {
        "revision": 0,
        "today": "2026-11-22",
        "as_of": None,
        "team": None,
        "team_goals": [],
        "members": [],
    }


def test_a_board_has_its_open_goals_under_their_owners(maker: Maker) -> None:
    found = board_json(BoardOnDay(maker.board, TODAY))
    assert [t["id"] for t in found["team_goals"]] == ["T1"]
    assert {m["handle"]: [g["id"] for g in m["goals"]] for m in found["members"]} == {
        "mara": [],
        "ana": ["G1"],
        "ben": ["G2"],
    }
    past = board_json(BoardOnDay(maker.board, date(2026, 11, 1)), past=True)
    assert (past["today"], past["as_of"]) == ("2026-11-01", "2026-11-01")


def test_the_settings_of_a_team_have_their_defaults(maker: Maker) -> None:
    team = maker.board.team
    assert team is not None
    assert team_json(msgspec.structs.replace(team, days_off=(date(2026, 12, 24),))) == {
        "name": "Northwind",
        "timezone": "Europe/Madrid",
        "period": {"name": "Q4 2026", "starts": "2026-10-01", "ends": "2026-12-31"},
        "cadence": {"check_in": 7, "feedback": 7, "one_on_one": 14, "review": 90},
        "on_track": 0.9,
        "at_risk": 0.7,
        "working_days": ["mon", "tue", "wed", "thu", "fri"],
        "archive_after": "1y",
        "away_counts": False,
        "numbers": "",
        "hints_off": [],
        "periods": "",
        "days_off": ["2026-12-24"],
    }


def test_a_goal_has_where_it_stands_in_ratios(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 600)
    maker.do(ReviseGoal(goal=RecordId("G1"), reason="market", why="So", target=800), ANA)
    assert goal_of(BoardOnDay(maker.board, TODAY), RecordId("G1")) == {
        "id": "G1",
        "owner": "ana",
        "title": "ARR ana",
        "kind": "result",
        "measure": {"kind": "metric", "unit": "€", "start": 0.0, "target": 1000.0},
        "starts": "2026-10-01",
        "due": "2026-12-31",
        "value": 600.0,
        "progress": 0.6,
        "pace": 0.5761,
        "status": "on track",
        "trend": 0.6,
        "age_days": 0,
        "blocker": "",
        "outcome": None,
        "why": "",
        "proposal": "V1",
        "to_acknowledge": [],
        "attainment": 0.6,
        "gap": 400.0,
        "run_rate": 79.2,
        "needed_per_week": 71.8,
        "at_this_pace": None,
        "call": None,
        "best": None,
        "weight": 1.0,
        "aligned": {"T1": 1.0},
        "continues": None,
    }


def test_a_team_goal_has_its_contributions_and_who_has_to_acknowledge(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 600)
    maker.do(ReviseGoal(goal=RecordId("T1"), reason="market", why="So", target=1500))
    found = goal_of(BoardOnDay(maker.board, TODAY), RecordId("T1"))
    assert (found["kind"], found["rolls_up"], round(found["progress"], 9)) == ("team", "sum", 0.4)
    assert (found["contributions"], found["to_acknowledge"]) == ({"ana": 1.0, "ben": 0.0}, ["ana", "ben"])
    assert not {"weight", "aligned"} & set(found)


def test_check_ins_and_revisions_come_only_when_asked_for(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 1)
    maker.do(ReviseGoal(goal=RecordId("G1"), reason="market", why="So", target=800), ANA)
    shown = BoardOnDay(maker.board, TODAY)
    assert not {"checkins", "revisions"} & set(goal_of(shown, RecordId("G1")))
    found = goal_of(shown, RecordId("G1"), checkins=True)
    assert [(c["id"], c["value"], c["at"]) for c in found["checkins"]] == [("C1", 1.0, "2026-11-22T10:00:00Z")]
    assert [(v["id"], v["reason"], v["after"]["measure"]["target"]) for v in found["revisions"]] == [
        ("V1", "market", 800.0)
    ]


def test_a_member_has_what_waits_and_what_feedback_was_about(maker: Maker) -> None:
    maker.do(SetSkill(member="ana", name="Calls", level=2), ANA)
    maker.do(GiveFeedback(to="ana", text="x", about="Calls"), BEN)
    maker.do(GiveFeedback(to="ana", text="x", about="G1"), BEN)
    action = NewAction(text="Book", owner="ana")
    maker.do(WriteOneOnOne(member="ana", topics=(NewTopic("career", "Lead"),), agreed=(action,), held=TODAY))
    maker.do(ScheduleReview(member="ana", on=date(2026, 12, 1)))
    maker.do(ReviseGoal(goal=RecordId("G1"), reason="market", why="So", target=800))
    found = member_json(BoardOnDay(maker.board, TODAY), member(maker.board, "ana"))
    assert [skill["name"] for skill in found["skills"]] == ["Calls"]
    assert (found["feedback"]["open"], found["feedback"]["last_days"]) == (2, 0)
    assert found["balance"] == {
        "feedback": {"contribution": 1, "skills": 1, "career": 0, "other": 0},
        "topics": {"contribution": 0, "skills": 0, "career": 1, "other": 0},
    }
    assert found["next_review"] == {"id": "R1", "on": "2026-12-01", "period": "Q4 2026"}
    assert (found["open_actions"], found["waiting"]) == (["O1.1"], ["V1"])


def test_open_feedback_is_to_a_member_or_their_own_request(maker: Maker) -> None:
    maker.do(GiveFeedback(to="ana", text="open"), BEN)
    maker.do(GiveFeedback(to="ana", text="acknowledged"), BEN)
    maker.do(AcknowledgeFeedback(feedback=RecordId("F2")), ANA)
    maker.do(GiveFeedback(to="ana", text="resolved"), BEN)
    maker.do(ResolveFeedback(feedback=RecordId("F3")), ANA)
    maker.do(GiveFeedback(to="ben", text="asked by ana", kind="request"), ANA)
    maker.do(GiveFeedback(to="ben", text="given by ana"), ANA)

    def ids(handle: str | None) -> list[str]:
        return [f["id"] for f in feedback_json(BoardOnDay(maker.board, TODAY), handle)]

    assert (ids("ana"), ids("ben"), ids("mara"), ids(None)) == (
        ["F1", "F2", "F4"],
        ["F4", "F5"],
        [],
        ["F1", "F2", "F4", "F5"],
    )


def test_branches_have_carriers_with_their_shares(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 300)
    maker.do(AddGoal(owner="ben", title="Speak", kind="career"))
    shown = BoardOnDay(maker.board, TODAY)
    team, unaligned = (branch_json(shown, branch) for branch in alignment(shown))
    assert team["team_goal"]["id"] == "T1"
    assert [(c["member"], c["share"], [g["id"] for g in c["goals"]]) for c in team["carriers"]] == [
        ("ana", 1.0, ["G1"]),
        ("ben", 0.0, ["G2"]),
    ]
    assert unaligned["team_goal"] is None
    assert [g["id"] for c in unaligned["carriers"] for g in c["goals"]] == ["G3"]


@pytest.mark.parametrize("title", [ALL_NASTY, "名" * 90])
def test_texts_are_whole_and_all_is_plain(maker: Maker, title: str) -> None:
    goal, team_goal = maker.board.goal(RecordId("G1")), maker.board.goal(RecordId("T1"))
    assert isinstance(goal, Goal)
    assert isinstance(team_goal, TeamGoal)
    board = maker.board.apply(
        {
            goal.id: msgspec.structs.replace(goal, title=title, due=date.max),
            team_goal.id: msgspec.structs.replace(team_goal, title=title),
        }
    )
    found = board_json(BoardOnDay(board, TODAY))
    again = msgspec.json.decode(msgspec.json.encode(found))
    assert again["team_goals"][0]["title"] == title
    assert again["members"][1]["goals"][0]["due"] == "9999-12-31"
    assert MARA.member == again["members"][0]["handle"]
