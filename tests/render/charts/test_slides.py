"""Charts for slides, through the command line: their numbers are those of `show --json`."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path as File
from typing import Any

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.goals import AddGoal
from teamboard.actions.team import AddMember
from teamboard.domain.board import AnyGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Metric, Period
from teamboard.domain.report import report
from teamboard.render.charts.shapes import Path, Text, text_width
from teamboard.render.charts.slides import goal_slide, report_charts, report_slide, team_slide
from teamboard.render.charts.svg import ChartPicture
from teamboard.render.format import percent
from teamboard.render.goals.forecasts import has_figures
from teamboard.store.codec import BoardFile
from teamboard.store.file.store import FileStore
from tests.conftest import SETTING_UP, TODAY, Maker, Run
from tests.helpers.chart import Chart
from tests.helpers.nasty import AT_HAND, nasty_file

MARA = Actor("mara", "login", "desk")
UNIT = 500.0
"""What a tenth of a unit of the picture is worth on the axis that is read here, at most, twice."""
ESTIMATED = 5000.0
"""How far a forecast in JSON, which has three digits, may be from the one that is drawn."""


@pytest.fixture
def demo(run: Run, tmp_path: File) -> File:
    assert run("demo", "--board", "team.board.json").returncode == 0
    return tmp_path


def chart(run: Run, *arguments: str) -> Chart:
    """What a command draws."""
    made = run("snapshot", *arguments, "--svg", "-", "--as", "mara")
    assert (made.returncode, made.stderr) == (0, "")
    return Chart(made.stdout)


def shown(run: Run, *arguments: str) -> Any:
    """What `show --json` says."""
    return json.loads(run("show", *arguments, "--json").stdout)


@pytest.mark.usefixtures("demo")
def test_the_burn_up_of_a_goal_has_its_figures(run: Run) -> None:
    assert run("checkin", "G12", "850k", "--call", "1.1M", "--best", "1.25M", "--as", "ana").returncode == 0
    drawn, goal = chart(run, "--screen", "goal", "--goal", "G12"), shown(run, "--goal", "G12")
    (value,), (cone,) = drawn.paths("value"), drawn.paths("cone")
    assert len(value) == len({c["at"][:10] for c in goal["checkins"]})
    assert drawn.places("value-dot") == value
    for y, expected in (
        (value[0][1], goal["checkins"][0]["value"]),
        (value[-1][1], 850_000),
        (drawn.paths("call")[0][1][1], 1_100_000),
        (drawn.paths("best-case")[0][1][1], 1_250_000),
        (drawn.paths("target")[0][0][1], 1_200_000),
        (drawn.paths("pace")[0][-1][1], 1_200_000),
    ):
        assert drawn.value_at(y) == pytest.approx(expected, abs=UNIT)
    for y, expected in (
        (drawn.paths("at-this-pace")[0][-1][1], goal["at_this_pace"]["value"]),
        (cone[1][1], goal["at_this_pace"]["high"]),
        (cone[2][1], goal["at_this_pace"]["low"]),
    ):
        assert drawn.value_at(y) == pytest.approx(expected, abs=UNIT + ESTIMATED)
    assert cone[0] == value[-1]
    assert {"target €1.2M", "call €1.1M", "best case €1.25M"} <= set(drawn.texts("name"))
    assert drawn.texts("figures") == ["71 % · €850k of €1.2M, €350k to go"]
    assert drawn.texts("legend")[:3] == ["reached", "pace", "target"]
    assert drawn.texts("legend")[-2:] == ["call", "best case"]


@pytest.mark.usefixtures("demo")
def test_a_target_is_drawn_as_it_was_revised(run: Run) -> None:
    drawn = chart(run, "--screen", "goal", "--goal", "T4")
    (target,) = drawn.paths("target")
    assert [round(drawn.value_at(y)) for _, y in target] == [8, 8, 12, 12]
    assert target[1][0] == target[2][0]
    assert drawn.texts("earlier-target") == ["target 8"]
    assert drawn.texts("unit") == ["accounts"]


@pytest.mark.usefixtures("demo")
def test_before_the_first_check_in_there_are_axes_and_no_value(run: Run) -> None:
    assert (
        run("goal", "add", "Pipeline", "--target", "900k", "--unit", "€", "--owner", "ana", "--as", "mara").returncode
        == 0
    )
    found = shown(run, "--member", "ana")["goals"][-1]
    drawn = chart(run, "--screen", "goal", "--goal", found["id"])
    assert "no check-in yet" in drawn.texts()
    assert len(drawn.texts("value-tick")) >= 4
    assert len(drawn.texts("day-tick")) >= 4
    assert not drawn.paths("value")
    assert not drawn.paths("cone")
    assert drawn.texts("legend") == ["pace", "target"]


@pytest.mark.usefixtures("demo")
def test_numbers_are_written_as_the_team_writes_them(run: Run) -> None:
    assert run("team", "--numbers", "de", "--as", "mara").returncode == 0
    drawn = chart(run, "--screen", "goal", "--goal", "G12")
    assert "1,5M\xa0€" in drawn.texts("value-tick")


@pytest.mark.usefixtures("demo")
def test_bars_and_cells_have_the_attainment_that_members_have(run: Run) -> None:
    board = shown(run)
    attained = {m["name"]: m["attainment"] for m in board["members"]}
    drawn = chart(run, "--screen", "report")
    members = drawn.texts("member")
    known = [name for name in members if attained[name] is not None]
    assert sorted(members) == sorted(attained)
    assert known == sorted(known, key=lambda name: -attained[name])
    assert drawn.texts("attainment") == [percent(attained[name]) for name in known]
    # The scale of the bars is one for all.
    begin, ends = drawn.paths("bar")[0][0][0], [bar[1][0] for bar in drawn.paths("bar")]
    whole = drawn.places("tick")[drawn.texts("tick").index("100 %")][0] - begin
    assert [(end - begin) / whole for end in ends] == pytest.approx([attained[name] for name in known], abs=0.007)
    rows = {round(y) for _, y in drawn.places("cell-text")}
    assert len(rows) == len(known)
    last = {round(y): text for (_, y), text in zip(drawn.places("cell-text"), drawn.texts("cell-text"), strict=True)}
    assert [last[y] for y in sorted(rows)] == [percent(attained[name]) for name in known]


@pytest.mark.usefixtures("demo")
def test_the_team_has_its_goals_and_its_members_by_week(run: Run) -> None:
    board = shown(run)
    drawn = chart(run, "--screen", "team")
    assert drawn.texts("card-title") == [goal["title"] for goal in board["team_goals"]]
    assert [text.partition(" · ")[0] for text in drawn.texts("card-figures")] == [
        percent(goal["progress"]) for goal in board["team_goals"]
    ]
    assert len(drawn.paths("at-this-pace")) == sum(goal["at_this_pace"] is not None for goal in board["team_goals"])
    assert len(drawn.texts("cell-text")) > 40


def test_partial_weeks_and_those_to_come_are_marked(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 500, days_ago=20)
    period = Period(name="Q4", starts=TODAY.replace(month=10, day=1), ends=TODAY.replace(month=12, day=31))
    board = BoardOnDay(maker.board, TODAY.replace(day=19))
    drawn = Chart(ChartPicture(team_slide(board, period), dark=False).svg())
    assert drawn.texts("partial-week") == ["4 d", "so far", "4 d"]
    weeks = drawn.texts("week")
    assert (weeks[0], weeks[-1], len(weeks)) == ("1 Oct", "28 Dec", 14)
    # Mara has no result goal, Ben none with a check-in.
    assert drawn.texts("without") == ["no result goal"]
    assert len(drawn.paths("to-come")) == 6 * 2
    assert len(drawn.texts("no-check-in")) == 8 + 5
    assert {"week not over", "to come", "no check-in yet"} <= set(drawn.texts("legend"))


def test_of_a_large_team_it_is_said_how_many_are_left_out(maker: Maker) -> None:
    for i in range(40):
        maker.do(AddMember(handle=f"rep{i}", name=f"Rep {i}", manager="mara"))
        maker.do(AddGoal(owner=f"rep{i}", title="ARR", measure=Metric(unit="€", start=0, target=100)), SETTING_UP)
    board = BoardOnDay(maker.board, TODAY)
    assert board.board.team
    drawn = Chart(ChartPicture(team_slide(board, board.board.team.period), dark=True).svg())
    assert len(drawn.texts("member")) == 10
    assert drawn.texts("left-out") == ["33 members left out"]


@pytest.mark.usefixtures("demo")
def test_an_earlier_period_is_drawn_as_it_ended(run: Run) -> None:
    drawn = chart(run, "--screen", "report", "--period", "Last quarter")
    assert drawn.texts("title") == ["Northwind EMEA Sales, Last quarter: the result"]
    assert not drawn.paths("to-come")
    assert "so far" not in drawn.texts("partial-week")
    assert len(drawn.texts("cell-text")) >= 5
    # What came is known.
    assert "at this pace" not in drawn.texts("legend")
    page = run("period", "report", "--period", "Last quarter", "--to", "html", "--as", "mara").stdout
    assert page.count("<svg") == 3
    assert "at this pace" not in page


def test_text_from_people_is_text(store: FileStore, run: Run) -> None:
    title = f'<script>alert(1)</script> & "quotes" ]]> {AT_HAND} \ufffe'
    goal = AddGoal(owner="ana", title=title[:290], measure=Metric(unit="<b>€", start=0, target=100))
    made = store.commit(goal, MARA).created[0]
    for arguments in (["--screen", "goal", "--goal", made], ["--screen", "report"], ["--screen", "team"]):
        drawn = chart(run, *arguments)
        assert {tag for tag, _, _ in drawn.nodes} <= {"svg", "title", "rect", "text", "path", "circle"}
    assert chart(run, "--screen", "goal", "--goal", made).texts("title")[0].startswith("<script>alert(1)</script> &")


@pytest.mark.usefixtures("demo")
def test_a_report_page_has_the_same_charts_and_fetches_nothing(run: Run) -> None:
    page = run("period", "report", "--to", "html", "--as", "mara").stdout
    pictures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(pictures) == 3
    assert not re.search(r"http|url\(|<script|<img|<link| style=\"(?!width)| on\w+=", page)
    drawn = [Chart(picture.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)) for picture in pictures]
    slide = chart(run, "--screen", "report")
    assert drawn[1].texts("attainment") == slide.texts("attainment")
    assert drawn[2].texts("cell-text") == slide.texts("cell-text")
    assert drawn[0].texts("card-figures") == chart(run, "--screen", "team").texts("card-figures")


@pytest.mark.parametrize(
    "day", [date(2026, 9, 20), date(2026, 10, 1), TODAY, date(2026, 12, 31), date(2027, 1, 20)], ids=str
)
def test_on_any_day_all_is_within_the_picture(sample: BoardFile, day: date) -> None:
    board = BoardOnDay(nasty_file(sample).board, day)
    assert board.board.team
    period = board.board.team.period
    goals: list[AnyGoal] = [*board.board.goals, *board.board.team_goals]
    pictures = [goal_slide(board, goal) for goal in goals if has_figures(goal)]
    pictures += [team_slide(board, period), report_slide(board, report(board, period))]
    for picture in pictures:
        Chart(ChartPicture(picture, dark=False).svg())
        for shape in picture.shapes:
            if isinstance(shape, Text):
                width = text_width(shape.text, shape.size)
                left = shape.x - {"start": 0.0, "middle": width / 2, "end": width}[shape.anchor]
                assert -1 <= left <= left + width <= picture.width + 1, shape
                assert 0 <= shape.y <= picture.height, shape
            elif isinstance(shape, Path):
                assert all(-2 <= x <= picture.width + 2 and -2 <= y <= picture.height + 2 for x, y in shape.points)


def test_a_team_without_goals_has_charts_too(maker: Maker, sample: BoardFile) -> None:
    maker.board = maker.board.with_changes({RecordId("G1"): None, RecordId("G2"): None, RecordId("T1"): None})
    board = BoardOnDay(maker.board, TODAY)
    assert board.board.team
    charts = report_charts(board, board.board.team.period)
    assert charts["weeks"].count("no result goal") == 3
    assert "team_goals" not in charts
    assert set(report_charts(BoardOnDay(sample.board, TODAY), board.board.team.period)) == {
        "attainment", "weeks", "team_goals",
    }  # fmt: skip


@pytest.mark.usefixtures("demo")
def test_a_report_page_begins_with_the_team_and_its_legend_is_over_no_title(run: Run) -> None:
    run("checkin", "G19", "--call", "255k", "--best", "300k", "--as", "ines")
    page = run("period", "report", "--to", "html", "--as", "mara").stdout
    places = [
        page.index(f"<h2>{title}")
        for title in ("Needs attention", "Team goals, This", "Attainment", "Team goals, Last")
    ]
    assert places == sorted(places)
    picture = re.findall(r"<svg.*?</svg>", page, re.DOTALL)[0]
    drawn = Chart(picture.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))
    legend, titles = ([y for _, y in drawn.places(name)] for name in ("legend", "card-title"))
    assert len(set(legend)) == 2
    assert min(titles) - max(legend) > 20
    assert "call €3.8M, best case" in drawn.texts("card-forecast")[1]
    assert drawn.texts("card-status")[0] == "at risk"
