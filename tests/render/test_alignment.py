"""The tree of the alignment: each team goal with its carriers, each member with their goals."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from rich.cells import cell_len

from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.records import DoneOrNot, Metric
from teamboard.render.alignment import ARRANGEMENTS, Arrangement, caption, tree_rows
from teamboard.render.line_layout import HELP_SIGN
from tests.conftest import ANA, BEN, MARA, TODAY, Maker
from tests.helpers.lines import assert_tidy, styles_of, text_of
from tests.helpers.nasty import ALL_NASTY


@pytest.fixture
def shown(maker: Maker) -> BoardOnDay:
    """T1 sums up and was revised, T2 has its own check-ins, T3 a mean; a goal serves two, one serves none."""
    maker.do(AddTeamGoal(title="Win back", measure=Metric(unit="accounts", start=0, target=12), rolls_up="own"))
    maker.do(AddTeamGoal(title="Nobody's", measure=DoneOrNot()))
    partners = Metric(unit="€", start=0, target=500)
    maker.do(
        AddGoal(
            owner="ana",
            title="Partners",
            measure=partners,
            weight=2,
            aligned={RecordId("T1"): 0.5, RecordId("T3"): 0.5},
        )
    )
    maker.do(AddGoal(owner="ben", title="Calls", measure=DoneOrNot(), aligned={RecordId("T2"): 1.0}))
    maker.do(AddGoal(owner="ben", title="Speak", measure=DoneOrNot(), kind="career"))
    maker.do(CheckInGoal(goal=RecordId("G1"), value=300, blocker="Legal"), ANA)
    maker.check_in(RecordId("G3"), 100)
    for goal, value in (("G2", 100), ("G4", 1), ("G5", 1)):
        maker.check_in(RecordId(goal), value, by=BEN)
    maker.check_in(RecordId("T2"), 6, by=MARA)
    maker.do(ReviseGoal(goal=RecordId("T1"), reason="market", why="x", target=1500))
    return BoardOnDay(maker.board, TODAY)


def drawn(shown: BoardOnDay, arrangement: Arrangement, width: int) -> list[str]:
    return [text_of(row.draw(width)).rstrip() for row in tree_rows(shown, arrangement)]


def test_by_team_goal_in_80_columns(shown: BoardOnDay) -> None:
    assert text_of(caption("team goal", 80)).rstrip() == (
        "   who         goal                     weight    now  status        share"
    )
    assert drawn(shown, "team goal", 80) == [
        " T1   New ARR               ━━━━━╸────┃───────   30 %  behind        ⟳ 2 to ack",
        f"   Ana Ruiz    G1   ARR ana             —        30 %  behind {HELP_SIGN}      ━━━─  78 %",
        "               G3   Partners            50 % ×2  20 %  behind",
        "   Ben Okafor  G2   ARR ben             —        10 %  behind        ━───  22 %",
        "   €1,500: €2,250 assigned",
        "",
        " T2   Win back              ━━━━━━━━━─┃───────   50 %  at risk",
        "   Mara Lind   checks in on it",
        "   Ben Okafor  G4   Calls               —       100 %  achieved",
        "   measured by check-ins of its own; these goals serve it",
        "",
        " T3   Nobody's              ━━━╸──────┃───────   20 %  behind",
        "   Ana Ruiz    G3   Partners            50 % ×2  20 %  behind        ━━━━ 100 %",
        "",
        " ?  Aligned to no team goal",
        "   Ben Okafor  G5   Speak               career  100 %  achieved",
        "",
    ]


def test_by_member_in_120_columns(shown: BoardOnDay) -> None:
    assert text_of(caption("member", 120)).rstrip() == (
        "    goal                                      serves              "
        "weight    now  status        share of the result"
    )
    assert drawn(shown, "member", 120) == [
        "  Mara Lind",
        "    no goals yet",
        "",
        "  Ana Ruiz  AE Iberia",
        "    G1    ARR ana                             → T1 New ARR        —        30 %  "
        f"behind {HELP_SIGN}      ━━━━━━━━━━━━──────  67 %",
        "    G3    Partners                            → T1 New ARR        50 % ×2  20 %  "
        "behind        ━━────────────────  11 %",
        "    G3    Partners                            → T3 Nobody's       50 % ×2  20 %  "
        "behind        ━━━━━━━━━━━━━━━━━━ 100 %",
        "",
        "  Ben Okafor  AE Nordics",
        "    G2    ARR ben                             → T1 New ARR        —        10 %  "
        "behind        ━━━━──────────────  22 %",
        "    G4    Calls                               → T2 Win back       —       100 %  achieved",
        "    G5    Speak                               ?  no team goal     career  100 %  achieved",
        "",
    ]


def test_rows_of_one_record_are_told_apart_by_what_they_stand_under(shown: BoardOnDay) -> None:
    by_team_goal = [(row.record_id, row.under) for row in tree_rows(shown, "team goal") if row.record_id]
    assert by_team_goal == [
        ("T1", "T1"),
        ("G1", "T1"),
        ("G3", "T1"),
        ("G2", "T1"),
        ("T2", "T2"),
        ("M1", "T2"),
        ("G4", "T2"),
        ("T3", "T3"),
        ("G3", "T3"),
        ("G5", "?"),
    ]
    by_member = [(row.record_id, row.under) for row in tree_rows(shown, "member") if row.record_id]
    assert len(set(by_member)) == len(by_member)


def test_warnings_have_a_colour_beside_their_words(shown: BoardOnDay) -> None:
    lines = [row.draw(120) for row in tree_rows(shown, "team goal")]
    assert styles_of(lines[0])["⟳ 2 to acknowledge"] == "warn"
    assert styles_of(lines[1])[HELP_SIGN] == "help"
    assert styles_of(lines[14])["?  Aligned to no team goal"] == "warn"


def test_a_team_goal_that_nobody_carries_names_who_could_help(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Open", measure=Metric(unit="€", start=0, target=12), rolls_up="sum"))
    maker.check_in(RecordId("G1"), 900)
    # Its first update was due on Monday, the 30th.
    found = drawn(BoardOnDay(maker.board, TODAY + timedelta(days=9)), "team goal", 80)
    assert found[found.index("   nobody carries it yet") + 1] == "   could help: Ana Ruiz"


def test_a_carrier_whose_goal_is_over_keeps_their_share(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 300)
    maker.check_in(RecordId("G2"), 100, by=BEN)
    goal = maker.goal(RecordId("G2"))
    over = maker.board.apply({goal.id: msgspec.structs.replace(goal, outcome="missed", closed=TODAY)})
    (line,) = [line for line in drawn(BoardOnDay(over, TODAY), "team goal", 80) if "Ben Okafor" in line]
    assert line == "   Ben Okafor  with a goal that is over                              ━───  25 %"


def test_a_board_without_members_has_no_rows() -> None:
    assert tree_rows(BoardOnDay(Board({}), TODAY), "team goal") == []
    assert tree_rows(BoardOnDay(Board({}), TODAY), "member") == []


@pytest.mark.parametrize("name", [ALL_NASTY, "名" * 90, "e\u0301" * 90, ""])
@pytest.mark.parametrize("width", [60, 80, 103, 120, 200])
def test_every_name_keeps_the_columns(shown: BoardOnDay, name: str, width: int) -> None:
    board = shown.loaded
    ana, goal, team_goal = board.member("ana"), board.goal(RecordId("G1")), board.goal(RecordId("T1"))
    assert ana is not None
    assert goal is not None
    assert team_goal is not None
    renamed = board.apply(
        {
            ana.id: msgspec.structs.replace(ana, name=name, title=name),
            goal.id: msgspec.structs.replace(goal, title=name),
            team_goal.id: msgspec.structs.replace(team_goal, title=name),
        }
    )
    for arrangement in ARRANGEMENTS:
        lines = [row.draw(width) for row in tree_rows(BoardOnDay(renamed, TODAY), arrangement)]
        assert_tidy(lines, width)
        assert {cell_len(text_of(line)) for line in lines} <= {0, width}
        assert cell_len(text_of(caption(arrangement, width))) == width
