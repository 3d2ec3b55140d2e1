"""The period's result as a document: every text is shown as it was typed and means nothing to the format."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import msgspec
import pytest

from teamboard.actions.alignment import AlignTeamGoal
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.revisions import ReviseGoal
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.periods import all_periods
from teamboard.domain.records import Metric
from teamboard.domain.report import PeriodReport, report, report_before
from teamboard.render.documents.report import report_csv, report_html, report_json, report_markdown
from teamboard.render.line_layout import filled
from teamboard.render.report import report_lines
from teamboard.store.codec import BoardFile
from tests.conftest import ANA, MARA, TODAY, Maker
from tests.helpers.lines import text_of

NASTY = "<script>alert(1)</script> | **bold** [x](http://a.b) `c` \x1b[31mred\x1b[0m &amp; \u202eabc"


class Page(HTMLParser):
    """A page's tags and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def both(file: BoardFile) -> tuple[PeriodReport, PeriodReport | None]:
    period = all_periods(file.board)[-1]
    return report(BoardOnDay(file.board, TODAY), period), report_before(BoardOnDay(file.board, TODAY), period)


def test_the_page_stands_alone_and_is_well_formed(sample: BoardFile) -> None:
    now, before = both(sample)
    page = report_html(BoardOnDay(sample.board, TODAY), now, before)
    found = Page(page)
    assert not found.open
    assert not {"script", "link", "img", "iframe"} & set(found.tags)
    assert "url(" not in page
    assert "http" not in page
    for piece in ("This quarter: the result so far", "Last quarter", "new competitor", "ARR Iberia", "Kestrel"):
        assert piece in found.text
    assert "@page { size: A4" in page


def test_bars_have_the_scale_of_the_terminal(sample: BoardFile) -> None:
    now, before = both(sample)
    page = report_html(BoardOnDay(sample.board, TODAY), now, before)
    [reasons] = re.findall(r"<h2>How often they were revised.*?</table>", page, re.DOTALL)
    assert "a full bar is all of them" in reasons
    # Two revisions, each of another reason: two half bars.
    assert [int(width) for width in re.findall(r"<i style=\"width:(\d+)%", reasons) if width != "0"] == [50, 50]


def test_all_text_is_escaped(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title=NASTY))
    maker.do(ReviseGoal(goal=RecordId("T1"), reason="market", why=NASTY, target=5, title=NASTY), MARA)
    file = maker.file()
    now, before = both(file)
    page = Page(report_html(BoardOnDay(file.board, TODAY), now, before))
    assert "script" not in page.tags
    assert "<script>alert(1)</script> | **bold** [x](http://a.b) `c` red &amp; abc" in page.text
    text = report_markdown(BoardOnDay(file.board, TODAY), now, before)
    row = next(line for line in text.splitlines() if line.startswith("| G3 |"))
    assert r"\<script\>alert\(1\)\</script\> \| \*\*bold\*\* \[x\]\(http://a.b\) \`c\` red \&amp; abc" in row
    assert len(re.findall(r"(?<!\\)\|", row)) == 11
    for written in (text, report_html(BoardOnDay(file.board, TODAY), now, before)):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", written)
    plain = msgspec.json.encode(report_json(file.board, now, before))
    assert msgspec.json.decode(plain)["goals"][-1]["title"] == maker.goal(RecordId("G3")).title


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_the_lines_fit_every_width(sample: BoardFile, width: int) -> None:
    now, before = both(sample)
    for report_now, report_then in ((now, before), (before, None)):
        assert report_now is not None
        for line in report_lines(BoardOnDay(sample.board, TODAY), report_now, report_then, width):
            assert "\n" not in "".join(text for text, _ in line)
            assert filled(line, width)


def test_a_team_without_goals_has_a_report_too(maker: Maker) -> None:
    maker.board = maker.board.with_changes({RecordId("G1"): None, RecordId("G2"): None, RecordId("T1"): None})
    period = all_periods(maker.board)[-1]
    now = report(BoardOnDay(maker.board, TODAY), period)
    assert now.tally.all == 0
    assert list(report_lines(BoardOnDay(maker.board, TODAY), now, None, 80))
    assert Page(report_html(BoardOnDay(maker.board, TODAY), now, None)).text
    assert report_markdown(BoardOnDay(maker.board, TODAY), now, None)


def test_a_team_goal_that_others_serve_is_said_to_be_carried_by_them(maker: Maker) -> None:
    for above in (None, RecordId("T2"), RecordId("T2")):
        maker.do(AddTeamGoal(title="ARR", measure=Metric(unit="€", start=0, target=9), rolls_up="sum", serves=above))
    maker.do(AlignTeamGoal(goal=RecordId("T4"), serves=RecordId("T1")))
    shown = BoardOnDay(maker.board, TODAY)
    found = report(shown, all_periods(maker.board)[-1])
    lines = ["".join(text for text, _ in line) for line in report_lines(shown, found, None, 120)]
    ends = {i: next(line for line in lines if line.startswith(f"  {i} ")) for i in ("T1", "T2", "T3")}
    assert ends["T1"].endswith("2 open · 1 team goal serves it")
    assert ends["T2"].endswith("1 team goal serves it")
    assert ends["T3"].endswith("no goal aligned")
    assert "2 open · 1 team goal serves it" in report_markdown(BoardOnDay(maker.board, TODAY), found, None)


def test_no_form_has_a_sum_beside_a_mean_that_contradicts_it(maker: Maker) -> None:
    maker.do(AddGoal(owner="ana", title="Small", measure=Metric(unit="€", start=0, target=250)))
    maker.do(CheckInGoal(goal=RecordId("G1"), value=100), ANA)
    maker.do(CheckInGoal(goal=RecordId("G3"), value=225), ANA)
    now, before = both(maker.file())
    texts = [
        "\n".join(text_of(line) for line in report_lines(BoardOnDay(maker.board, TODAY), now, before, 120)),
        report_markdown(BoardOnDay(maker.board, TODAY), now, before),
        Page(report_html(BoardOnDay(maker.board, TODAY), now, before)).text,
        report_csv(maker.board, now),
    ]
    for text in texts:
        # The team goal's target is 2000 and its value 325.
        assert not any(amount in text for amount in ("1250", "1,250", "1.25"))
        assert "Small" in text
    ana = report_json(maker.board, now, before)["members"][0]
    assert (ana["attainment"], ana["total"], ana["goals"]) == (0.5, None, ["G1", "G3"])
    assert texts[3].splitlines()[1].endswith(",Ana Ruiz,,,,50,,,,,,,")
