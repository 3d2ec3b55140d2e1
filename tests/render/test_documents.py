"""Every document, as it is kept beside this file; `--snapshot-update` keeps it anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from teamboard.actions.base import find_member
from teamboard.actions.reviews import find_review
from teamboard.actions.standup import RecordStandup
from teamboard.domain.board import Board
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.forecast.figures import Forecasts
from teamboard.domain.ids import RecordId
from teamboard.domain.periods import all_periods
from teamboard.domain.records import AgreedAction, Signature
from teamboard.domain.report import report, report_before
from teamboard.domain.reviews.content import AgendaTopic, Agreed, Outcome, Preparation, Rating, ReviewContent
from teamboard.domain.reviews.evidence import evidence
from teamboard.domain.reviews.periods import period_of_review
from teamboard.domain.standup import last_standup
from teamboard.render.clipboard import records_text
from teamboard.render.documents.environment import render_template, typst_literal
from teamboard.render.documents.report import report_html, report_markdown
from teamboard.render.documents.review import review_html, review_markdown, review_typst
from teamboard.render.documents.standup import standup_markdown
from teamboard.services.views import view_at_standup
from teamboard.store.codec import BoardFile
from teamboard.store.file.store import FileStore
from tests.conftest import MARA, NOW, TODAY
from tests.helpers.nasty import ALL_NASTY, moving, nasty_file

EVIL = r"""</style><script>'q' "d" &amp; #let x = 1 \ *b* _u_ [x](y) `c` $x$ @ref {{ 7*7 }} {% raw %}"""


class Kept(SingleFileSnapshotExtension):
    """A document in a file of its own, as text."""

    _write_mode = WriteMode.TEXT


def kept(snapshot: SnapshotAssertion, form: str) -> SnapshotAssertion:
    """What a document of this form is compared with."""
    extension = type("KeptAs", (Kept,), {"_file_extension": form})
    return snapshot.use_extension(extension)


@pytest.fixture(scope="module", params=["sample", "nasty"])
def board(request: pytest.FixtureRequest, sample: BoardFile, tmp_path_factory: pytest.TempPathFactory) -> Board:
    """The sample team after a standup; also with nasty text wherever people have written something."""
    store = FileStore(tmp_path_factory.mktemp("documents") / "team.board.json", clock=lambda: NOW)
    store.create(sample if request.param == "sample" else nasty_file(sample), MARA)
    return store.commit(RecordStandup(began=NOW, seconds={"ana": 65, "ben": 7}), MARA).board


@pytest.fixture(scope="module")
def content(board: Board) -> ReviewContent:
    """A review that was held, signed and added to."""
    review, texts = find_review(board, "R1"), f"{EVIL}\nsecond {ALL_NASTY}\n\n- third"
    actions = (AgreedAction(text=f"Fifty {EVIL}", owner="mara", due=TODAY + timedelta(days=9)),)
    signatures = tuple(Signature(by=by, at=NOW, seal="0123456789abcdef" * 4) for by in ("ana", "mara"))
    review = msgspec.structs.replace(review, state="signed", actions=actions, signatures=signatures)
    ana = Preparation(
        ratings=(
            Rating(goal=RecordId("G13"), rating=4, comment=texts, evidence=("F31", "G13")),
            Rating(goal=RecordId("G12"), rating=4),
        ),
        contribution=texts,
        topics=(AgendaTopic(theme="career", text=EVIL), AgendaTopic(theme="contribution", text="The price")),
        wishes=texts,
    )
    period = period_of_review(board, review)
    return ReviewContent(
        review=review,
        rep=ana,
        manager=Preparation(
            ratings=(Rating(goal=RecordId("G13"), rating=2),), career="Leading *Iberia*", questions="<b>?"
        ),
        evidence=evidence(
            board,
            find_member(board, "ana"),
            period.starts,
            min(period.ends, TODAY),
            forecasts=Forecasts(BoardOnDay(board, TODAY)),
            reader=find_member(board, "ana"),
        ),
        outcome=Outcome(
            salt="",
            agreed=(Agreed(goal=RecordId("G13"), rating=3, words=texts),),
            summary=texts,
            seconds={"skills": 90},
        ),
        reader="ana",
        additions=(("mara", texts),),
        signature_state="whole",
    )


def test_a_report(board: Board, snapshot: SnapshotAssertion) -> None:
    period = all_periods(board)[-1]
    now, before = report(BoardOnDay(board, TODAY), period), report_before(BoardOnDay(board, TODAY), period)
    for form, write in (("md", report_markdown), ("html", report_html)):
        document = write(BoardOnDay(board, TODAY), now, before)
        assert not moving(document)
        assert document == kept(snapshot, form)


def test_a_review(board: Board, content: ReviewContent, snapshot: SnapshotAssertion) -> None:
    for form, write in (("md", review_markdown), ("html", review_html), ("typ", review_typst)):
        document = write(board, content)
        assert not moving(document)
        assert document == kept(snapshot, form)


def test_a_standup(board: Board, snapshot: SnapshotAssertion) -> None:
    standup = last_standup(board)
    assert standup is not None
    assert standup_markdown(board, standup, view_at_standup(board, standup)) == kept(snapshot, "md")


@pytest.mark.parametrize("form", ["md", "txt"])
def test_what_is_copied(board: Board, form: str, snapshot: SnapshotAssertion) -> None:
    texts = ["G12", "T1", *board.tables["feedback"], *(m.handle for m in board.members), "nothing"]
    copied = records_text(BoardOnDay(board, TODAY), [*map(RecordId, texts)], as_markdown=form == "md")
    assert not moving(copied)
    assert copied == kept(snapshot, form)


# -- the escaping


@settings(max_examples=25)
@given(st.text() | st.sampled_from([EVIL, ALL_NASTY, "\\", '"', "\\u{41}", "#panic()"]))
def test_typst_reads_a_literal_as_the_text_that_it_stands_for(text: str) -> None:
    typst = pytest.importorskip("typst")
    found: Any = typst.query(f"#metadata({typst_literal(text)})<x>".encode(), "<x>", field="value", one=True)
    assert msgspec.json.decode(found) == text


def test_what_a_template_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render_template("review", "md", title="A review")
