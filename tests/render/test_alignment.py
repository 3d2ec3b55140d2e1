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
from teamboard.render.alignment import ARRANGEMENTS, AlignmentTable, Arrangement
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
    return [text_of(row.draw(width)).rstrip() for row in AlignmentTable(shown, arrangement).rows]


def test_by_team_goal_in_80_columns(shown: BoardOnDay) -> None:
    assert text_of(AlignmentTable(shown, "team goal").caption(80)).rstrip() == (
        "   who   goal                       target   value      gap  status        share"
    )
    assert drawn(shown, "team goal", 80) == [
        " T1 New ARR                         €1,500    €450   €1,050  behind",
        f"   Ana   G1 ARR ana                 €1,000    €300     €700  behind {HELP_SIGN}       78 %",
        "         G3 Partners         50 %     €250     €50     €200  behind",
        "   Ben   G2 ARR ben                 €1,000    €100     €900  behind         22 %",
        "   assigned                         €2,250",
        "   more than the target               €750",
        "   ⟳ to acknowledge: Ana Ruiz, Ben Okafor",
        "",
        " T2 Win back                            12       6        6  at risk",
        "   Mara  checks in on it",
        "   Ben   G4 Calls                        —       —        —  achieved",
        "   measured by check-ins of its own; these goals serve it",
        "",
        " T3 Nobody's                         100 %    20 %     80 %  behind",
        "   Ana   G3 Partners         50 %     €500    €100     €400  behind        100 %",
        "",
        " (none)  Aligned to no team goal",
        "   Ben   G5 Speak                        —       —        —  achieved",
        "",
    ]


def test_by_member_in_120_columns(shown: BoardOnDay) -> None:
    assert text_of(AlignmentTable(shown, "member").caption(120)).rstrip() == (
        "    goal                   serves            kind      target   value      gap  at this pace"
        "  status        share"
    )
    assert drawn(shown, "member", 120) == [
        "  Mara Lind",
        "    no goals yet",
        "",
        "  Ana Ruiz  AE Iberia",
        "    G1  ARR ana            → T1 New ARR      result    €1,000    €300     €700             —  "
        f"behind {HELP_SIGN}      ━━━━──  67 %",
        "    G3  Partners      50 % → T1 New ARR      result      €250     €50     €200             —  "
        "behind        ━─────  11 %",
        "    G3  Partners      50 % → T3 Nobody's     result      €500    €100     €400             —  "
        "behind        ━━━━━━ 100 %",
        "",
        "  Ben Okafor  AE Nordics",
        "    G2  ARR ben            → T1 New ARR      result    €1,000    €100     €900             —  "
        "behind        ━─────  22 %",
        "    G4  Calls              → T2 Win back     result         —       —        —             —  achieved",
        "    G5  Speak              (none)            career         —       —        —             —  achieved",
        "",
    ]


def test_every_column_has_its_width_from_which_it_is_shown(shown: BoardOnDay) -> None:
    heads = ["target", "value", "gap", "at this pace", "kind", "status", "share", "now"]
    shown_at = {
        width: [head for head in heads if f" {head}" in text_of(AlignmentTable(shown, "team goal").caption(width))]
        for width in (60, 80, 104, 120, 140)
    }
    assert shown_at == {
        60: ["value", "gap", "status"],
        80: ["target", "value", "gap", "status", "share"],
        104: ["target", "value", "gap", "at this pace", "status", "share"],
        120: ["target", "value", "gap", "at this pace", "kind", "status", "share"],
        140: heads,
    }


def test_headings_stand_over_their_columns(shown: BoardOnDay) -> None:
    for width in (80, 120):
        table = AlignmentTable(shown, "team goal")
        heading, ana = text_of(table.caption(width)), text_of(table.rows[1].draw(width))
        for head, figure in (("target", "€1,000"), ("value", "€300"), ("gap", "€700")):
            assert heading.index(head) + len(head) == ana.index(f" {figure}") + len(figure) + 1
        assert heading.index("status") == ana.index("behind")


def test_what_is_assigned_to_nobody_says_which_key_assigns_it(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="Aligned to none", measure=Metric("€", 0, 100)))
    maker.do(ReviseGoal(goal=RecordId("T1"), reason="market", why="x", target=2500))
    shown = BoardOnDay(maker.board, TODAY)
    lines = [text_of(row.draw(120)).rstrip() for row in AlignmentTable(shown, "team goal", "m").rows]
    at = next(i for i, line in enumerate(lines) if "assigned to nobody" in line)
    assert lines[at].split() == ["assigned", "to", "nobody", "€500", "m", "on", "a", "goal", "assigns", "it"]
    assert lines[at - 1].split() == ["assigned", "€2,000"]
    assert lines[at].index("€500") + 4 == lines[at - 1].index("€2,000") + 6
    past = [text_of(row.draw(120)) for row in AlignmentTable(shown, "team goal").rows]
    assert not any("assigns it" in line for line in past)


def test_rows_of_one_record_are_told_apart_by_what_they_stand_under(shown: BoardOnDay) -> None:
    by_team_goal = [(row.record_id, row.under) for row in AlignmentTable(shown, "team goal").rows if row.record_id]
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
        ("G5", "(none)"),
    ]
    by_member = [(row.record_id, row.under) for row in AlignmentTable(shown, "member").rows if row.record_id]
    assert len(set(by_member)) == len(by_member)


def test_a_team_goal_has_a_call_once_all_who_carry_it_have_called(maker: Maker) -> None:
    maker.do(CheckInGoal(goal=RecordId("G1"), value=100, call=900), ANA)
    lines = [line.split() for line in drawn(BoardOnDay(maker.board, TODAY), "team goal", 120)]
    assert lines[0][-2:] == ["—", "behind"]
    assert ["1", "of", "2", "have", "called:", "€900"] in lines
    maker.do(CheckInGoal(goal=RecordId("G2"), value=100, call=800), BEN)
    lines = [line.split() for line in drawn(BoardOnDay(maker.board, TODAY), "team goal", 120)]
    assert lines[0][-2:] == ["€1,700", "behind"]
    assert not any("called:" in line for line in lines)


def test_warnings_have_a_colour_beside_their_words(shown: BoardOnDay) -> None:
    lines = [row.draw(120) for row in AlignmentTable(shown, "team goal").rows]
    assert styles_of(lines[1])[HELP_SIGN] == "help"
    assert styles_of(lines[6])["⟳ to acknowledge: Ana Ruiz, Ben Okafor"] == "warn"
    assert styles_of(lines[16])["(none)  Aligned to no team goal"] == "warn"


def test_a_team_goal_that_nobody_carries_names_who_could_help(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Open", measure=Metric(unit="€", start=0, target=12), rolls_up="sum"))
    maker.check_in(RecordId("G1"), 900)
    # Its first update was due on Monday, the 30th.
    found = drawn(BoardOnDay(maker.board, TODAY + timedelta(days=9)), "team goal", 80)
    assert found[found.index("   nobody carries it yet") + 1] == "   could help: Ana Ruiz"


def test_a_team_goal_with_check_ins_of_its_own_says_what_serves_it_only_if_anything_does(maker: Maker) -> None:
    maker.do(AddTeamGoal(title="Win back", measure=Metric(unit="accounts", start=0, target=12), rolls_up="own"))
    alone = "   measured by check-ins of its own"
    assert alone in drawn(BoardOnDay(maker.board, TODAY), "team goal", 80)
    maker.check_in(RecordId("T2"), 6, by=MARA)
    assert alone in drawn(BoardOnDay(maker.board, TODAY), "team goal", 80)
    maker.do(AddTeamGoal(title="Half of it", measure=DoneOrNot(), serves=RecordId("T2")))
    assert f"{alone}; these goals serve it" in drawn(BoardOnDay(maker.board, TODAY), "team goal", 80)


def test_a_carrier_whose_goal_is_over_keeps_their_share(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 300)
    maker.check_in(RecordId("G2"), 100, by=BEN)
    goal = maker.goal(RecordId("G2"))
    over = maker.board.apply({goal.id: msgspec.structs.replace(goal, outcome="missed", closed=TODAY)})
    (line,) = [line for line in drawn(BoardOnDay(over, TODAY), "team goal", 80) if "   Ben " in line]
    ana = next(line for line in drawn(BoardOnDay(over, TODAY), "team goal", 80) if "   Ana " in line)
    assert line == f"{'   Ben   with a goal that is over':<{len(ana) - 4}}25 %"


def test_a_board_without_members_has_no_rows() -> None:
    assert AlignmentTable(BoardOnDay(Board({}), TODAY), "team goal").rows == []
    assert AlignmentTable(BoardOnDay(Board({}), TODAY), "member").rows == []


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
        table = AlignmentTable(BoardOnDay(renamed, TODAY), arrangement)
        lines = [row.draw(width) for row in table.rows]
        assert_tidy(lines, width)
        assert {cell_len(text_of(line)) for line in lines} <= {0, width}
        assert cell_len(text_of(table.caption(width))) == width
