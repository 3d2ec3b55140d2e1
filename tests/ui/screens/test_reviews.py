"""Preparing and holding a review on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.screen import Screen
from textual.widgets import TextArea

from teamboard.actions.base import Actor
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.reviews import SetKey, find_review
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Review
from teamboard.domain.reviews.content import Preparation, Rating
from teamboard.personal.keyring import Keyring
from teamboard.personal.settings import Settings
from teamboard.services.review_session import ReviewSession
from teamboard.store.file.store import FileStore
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.screens.reviews.prepare import EvidenceView, PreparationView, PrepareScreen
from teamboard.ui.screens.reviews.review import ReviewScreen
from teamboard.ui.widgets.board_view import BoardView
from tests.conftest import TODAY, Run
from tests.helpers.screen import line_with, screen_text, until, until_gone, until_shown
from tests.helpers.terminal import Terminal
from tests.ui.conftest import MakeApp


def the_review(store: FileStore) -> Review:
    return find_review(store.load(), "R1")


def with_keys(store: FileStore) -> dict[str, ReviewSession]:
    """The sessions of the two, their keys on the board."""
    sessions = {}
    for member in ("ana", "mara"):
        sessions[member] = ReviewSession(store.load(), member)
        first = sessions[member].first_key(store.load())
        if first is not None:
            store.commit(first, Actor(member))
    return sessions


def shared(store: FileStore) -> dict[str, ReviewSession]:
    """A review that both have prepared and shared."""
    sessions = with_keys(store)
    for member, session in sessions.items():
        rating = Rating(
            goal=RecordId("G13"), rating=4 if member == "ana" else 1, comment=f"{member} says so", evidence=("F31",)
        )
        share = session.share(BoardOnDay(store.load(), TODAY), the_review(store), Preparation(ratings=(rating,)))
        store.commit(share, Actor(member))
    for share in sessions["ana"].reveals(BoardOnDay(store.load(), TODAY)):
        store.commit(share, Actor("ana"))
    return sessions


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (140, 44)])
async def test_a_preparation_is_kept_as_one_types_and_shared(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int]
) -> None:
    sessions = with_keys(sample_store)
    async with app("ana").run_test(size=size, notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("G13"))
        await pilot.press("p")
        await until_shown(pilot, "Only the two of you can read it.")
        await until_shown(pilot, "missing: 4 goals to rate")
        assert isinstance(pilot.app.screen, PrepareScreen)
        pilot.app.screen.query_one(PreparationView).select(RecordId("G13"))
        await pilot.press("4")
        await until_shown(pilot, "opinion")
        await until_shown(pilot, "a rating rests on no evidence")
        await pilot.press("tab")
        pieces = pilot.app.screen.query_one(EvidenceView)
        pieces.select(RecordId("F31"))
        await until_shown(pilot, "calls before ten would keep")
        await pilot.press("space")
        await until_gone(pilot, "opinion")
        await pilot.press("tab", "enter", *"Deep [b]calls[/b]", "enter", *"and few")
        draft = sessions["ana"].drafts
        await until(pilot, lambda: _comment(draft.load(the_review(sample_store))) == "Deep [b]calls[/b]\nand few")
        assert the_review(sample_store).prepared["ana"] == "started"
        assert "Deep" not in Path(sample_store.path).read_text(encoding="utf-8")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
    async with app("ana").run_test(size=size, notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("p")
        await until_shown(pilot, "missing: 3 goals to rate")
        pilot.app.screen.query_one(PreparationView).select(RecordId("G13"))
        await until(pilot, lambda: "Deep [b]calls[/b]" in pilot.app.screen.query_one(TextArea).text)
        await pilot.press("ctrl+s")
        await until_shown(pilot, "It is shared; ctrl+s shares it again.")
        assert the_review(sample_store).prepared["ana"] == "shared"
        assert sessions["ana"].drafts.load(the_review(sample_store)) is None
        assert sessions["mara"].others(the_review(sample_store)) is None


def _comment(prepared: Preparation | None) -> str:
    return prepared.rating_of(RecordId("G13")).comment if prepared else ""


async def test_others_do_not_get_in(app: MakeApp) -> None:
    async with app("ben").run_test(size=(100, 30), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("p")
        await until_shown(pilot, "R1 is between ana and")
        await pilot.press("r")
        await pilot.pause()
        assert isinstance(pilot.app.screen, BoardScreen)


@pytest.mark.parametrize(
    ("size", "there", "not_there"),
    [
        ((150, 44), ["ana says so", "mara says so", "checked in 7 of 7"], []),
        ((110, 40), ["ana says so", "mara says so", "checked in 7 of 7"], []),
        ((80, 24), ["ana says so"], ["mara says so"]),
    ],
)
async def test_both_sides_are_abreast_and_gaps_come_first(
    app: MakeApp, sample_store: FileStore, size: tuple[int, int], there: list[str], not_there: list[str]
) -> None:
    shared(sample_store)
    async with app("mara").run_test(size=size, notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("r")
        await until_shown(pilot, "3 apart")
        lines = screen_text(pilot)
        assert next(line for line in lines if "▌" in line).lstrip("▌ ").startswith("G13")
        for text in there:
            line_with(pilot, text)
        assert not [text for text in not_there if any(text in line for line in lines)]
        if not_there:
            await pilot.press("tab", "tab")
            await until_shown(pilot, "mara says so")


@pytest.mark.slow
async def test_two_terminals_see_what_the_other_has_written(app: MakeApp, sample_store: FileStore) -> None:
    shared(sample_store)
    hers = app("ana")
    async with app("mara").run_test(size=(150, 52), notifications=True) as pilot, hers.run_test(size=(150, 52)) as her:
        for each in (pilot, her):
            each.app.screen.query_one(BoardView).select(RecordId("M2"))
            await each.press("r")
            await until_shown(each, "3 apart")
        await pilot.press("z", "3")
        await until_shown(her, "agreed  ●●●○○")
        await her.press("enter", *"Fifty, and deeper", "ctrl+s")
        await until_shown(pilot, "Fifty, and deeper")
        await pilot.press("c", *"Fifty names", "ctrl+s")
        await until_shown(her, "Ana: Fifty names")
        await pilot.press("w", "1")
        await until_shown(her, "signed by Mara Lind; unchanged since it was signed")
        await her.press("4")
        await her.pause()
        await until_shown(her, "agreed  ●●●○○")
        await her.press("w")
        await until_shown(pilot, "signed by Mara Lind, Ana Ruiz; unchanged since it was signed")
        await pilot.press("n", *"One more thing", "ctrl+s")
        await until(pilot, lambda: len(the_review(sample_store).additions) == 1)
        await her.press("pagedown", "pagedown")
        await until_shown(her, "One more thing")
    review = the_review(sample_store)
    assert (review.state, len(review.additions)) == ("signed", 1)
    assert "Fifty, and deeper" not in Path(sample_store.path).read_text(encoding="utf-8")


@pytest.mark.slow
async def test_who_signs_is_asked_and_a_second_press_signs_for_nobody(app: MakeApp, sample_store: FileStore) -> None:
    shared(sample_store)

    def signatures() -> list[tuple[str, str | None]]:
        return [(s.by, s.witnessed) for s in the_review(sample_store).signatures]

    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("r")
        await until_shown(pilot, "3 apart")
        await pilot.press("3", "w")
        await until_shown(pilot, "Sign what was agreed")
        line_with(pilot, "1  Sign for yourself")
        line_with(pilot, "2  Ana Ruiz is here and signs; you are the witness")
        await pilot.press("escape")
        await until_gone(pilot, "Sign what was agreed")
        assert signatures() == []
        await pilot.press("w")
        await until_shown(pilot, "Sign what was agreed")
        await pilot.press("space")
        await until_shown(pilot, "Signed by Mara Lind.")
        assert signatures() == [("mara", None)]
        await pilot.press("w")
        await until_shown(pilot, "1  Ana Ruiz is here and signs; you are the witness")
        assert not [line for line in screen_text(pilot) if "Sign for yourself" in line]
        await pilot.press("escape")
        await until_gone(pilot, "Sign what was agreed")
        assert signatures() == [("mara", None)]
        await pilot.press("w")
        await until_shown(pilot, "Sign what was agreed")
        await pilot.press("1")
        await until_shown(pilot, "Ana Ruiz (witnessed by Mara Lind)")
    assert signatures() == [("mara", None), ("ana", "mara")]
    assert the_review(sample_store).state == "signed"


async def test_the_key_that_signs_stays_whatever_a_person_has_chosen(app: MakeApp, sample_store: FileStore) -> None:
    shared(sample_store)
    async with app("mara", settings=Settings(keys={"feedback": "w"})).run_test(size=(120, 40)) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("r")
        await until_shown(pilot, "3 apart")
        await pilot.press("3")
        await until_shown(pilot, "w Sign")
        await pilot.press("question_mark")
        await until_shown(pilot, "On this screen")
        assert not any("Give feedback" in line for line in screen_text(pilot))
        await pilot.press("escape")
        await until_gone(pilot, "On this screen")
        await pilot.press("w")
        await until_shown(pilot, "Sign what was agreed")


async def test_whoever_has_nobody_to_witness_for_signs_at_once(app: MakeApp, sample_store: FileStore) -> None:
    shared(sample_store)
    async with app("mara").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("r")
        await until_shown(pilot, "3 apart")
        await pilot.press("3", "w")
        await until_shown(pilot, "2  Ana Ruiz is here and signs")
        await pilot.press("2")
        await until_shown(pilot, "Ana Ruiz (witnessed by Mara Lind)")
        await pilot.press("w")
        await until(pilot, lambda: the_review(sample_store).state == "signed")
    assert [(s.by, s.witnessed) for s in the_review(sample_store).signatures] == [("ana", "mara"), ("mara", None)]


async def test_what_was_shared_first_is_shown_as_soon_as_the_other_shares(
    app: MakeApp, sample_store: FileStore
) -> None:
    sessions = with_keys(sample_store)
    share = sessions["ana"].share(
        BoardOnDay(sample_store.load(), TODAY), the_review(sample_store), Preparation(skills="Waits")
    )
    sample_store.commit(share, Actor("ana"))
    async with app("ana", with_keys=True).run_test(size=(100, 30), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        hers = sessions["mara"].share(
            BoardOnDay(sample_store.load(), TODAY), the_review(sample_store), Preparation(skills="Gives")
        )
        sample_store.commit(hers, Actor("mara"))
        await until(pilot, lambda: set(the_review(sample_store).revealed) == {"ana", "mara"})
    assert sessions["mara"].others(the_review(sample_store)) == Preparation(skills="Waits")


async def test_the_first_start_makes_a_key_and_says_whose_has_changed(app: MakeApp, sample_store: FileStore) -> None:
    sessions = with_keys(sample_store)
    sessions["mara"].keyring.trusted(sample_store.load().member("ana"))  # type: ignore[arg-type]
    renewed = sessions["ana"].keyring.renew(TODAY)
    sample_store.commit(SetKey(key=renewed, renews=True), Actor("ana"))
    async with app("mara", with_keys=True).run_test(size=(100, 30), notifications=True) as pilot:
        await until_shown(pilot, "The key of Ana Ruiz has changed")
    async with app("ben", with_keys=True, own=True).run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: bool(sample_store.load().member("ben").key))  # type: ignore[union-attr]


async def test_who_is_only_named_gets_no_key_and_is_told_before_they_write(
    app: MakeApp, sample_store: FileStore
) -> None:
    async with app("mara", with_keys=True, first="prep", about="R1").run_test(size=(120, 40), notifications=True) as p:
        await until_shown(p, "teamboard key new")
        await until_shown(p, "missing:")
    assert not sample_store.load().member("mara").key  # type: ignore[union-attr]


@pytest.mark.slow
async def test_another_key_on_ones_record_is_told_when_the_board_opens_and_while_it_is_open(
    app: MakeApp, sample_store: FileStore, tmp_path: Path
) -> None:
    sessions = with_keys(sample_store)
    others = Keyring("mara", "board", tmp_path / "keys").make()
    async with app("mara", with_keys=True).run_test(size=(120, 30), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        sample_store.commit(SetKey(key=others, renews=True), Actor("mara"))
        await until_shown(pilot, "The key of Mara Lind on the board")
    async with app("mara", with_keys=True).run_test(size=(120, 30), notifications=True) as pilot:
        await until_shown(pilot, "The key of Mara Lind on the board")
        await until_shown(pilot, "key renew")
    sessions["ana"].keyring.path.unlink()
    async with app("ana", with_keys=True, own=True).run_test(size=(120, 30), notifications=True) as pilot:
        await until_shown(pilot, "There is no key of ana in")


@pytest.mark.slow
@pytest.mark.parametrize(("first", "keys"), [("review", "z3"), ("prep", ["ctrl+s"])])
async def test_nothing_of_a_review_is_written_on_a_past_day(
    app: MakeApp, sample_store: FileStore, first: str, keys: str | list[str]
) -> None:
    shared(sample_store)
    before = sample_store.load().revision
    async with app("mara", first=first, about="R1").run_test(size=(120, 40), notifications=True) as pilot:
        await until_shown(pilot, "R1 Review of")
        await pilot.press("left_square_bracket")
        await until_shown(pilot, "read-only")
        await pilot.press(*keys)
        await pilot.pause()
        assert sample_store.load().revision == before
        await pilot.press("escape")
        await until_gone(pilot, "read-only")
        await pilot.press(*keys)
        await until(pilot, lambda: sample_store.load().revision == before + 1)


@pytest.mark.parametrize(("first", "kind"), [("review", ReviewScreen), ("prep", PrepareScreen)])
async def test_without_the_private_key_the_screen_stays_and_says_what_the_command_says(
    app: MakeApp, sample_store: FileStore, first: str, kind: type[Screen[None]]
) -> None:
    shared(sample_store)["ana"].keyring.path.unlink()
    async with app("ana", with_keys=True, first=first, about="R1").run_test(size=(120, 40), notifications=True) as p:
        await until_shown(p, "There is no key of ana in")
        await until_shown(p, "`teamboard key renew` makes a new one.")
        assert isinstance(p.app.screen, kind)


def test_a_draft_survives_a_crash(run: Run, tmp_path: Path, terminals: list[Terminal]) -> None:
    assert run("demo", "--board", "team.board.json").returncode == 0
    for member in ("ana", "mara"):
        assert run("key", "new", "--as", member).returncode == 0
    first = Terminal(tmp_path, "review", "prep", "ana", "--as", "ana", columns=120, lines=40)
    terminals.append(first)
    first.wait_for("missing: 4 goals to rate")
    first.type("5")
    first.wait_for("opinion")
    first.type("\r")
    first.wait_for("Back to the list")
    first.type("Not a word is lost")
    first.wait_for("Not a word is lost")
    store = FileStore(tmp_path / "team.board.json")
    draft = ReviewSession(store.load(), "ana").drafts
    first.wait_until(lambda: "Not a word is lost" in str(draft.load(the_review(store))))
    first.kill()
    second = Terminal(tmp_path, "review", "prep", "ana", "--as", "ana", columns=120, lines=40)
    terminals.append(second)
    second.wait_for("Not a word is lost")
    second.wait_for("missing: 3 goals to rate")


@pytest.mark.slow
async def test_the_time_of_each_theme_is_kept_and_survives_a_save_that_fails(
    app: MakeApp, sample_store: FileStore
) -> None:
    sessions = shared(sample_store)
    seconds = [0.0]
    path = Path(sample_store.path)
    async with app("mara").run_test(size=(150, 44), notifications=True) as pilot:
        await until_shown(pilot, "? Keys")
        await pilot.app.push_screen(ReviewScreen(RecordId("R1"), clock=lambda: seconds[0]))
        await until_shown(pilot, "3 apart")
        await pilot.press("z")
        await until_shown(pilot, "now: contribution")
        seconds[0] += 65
        await pilot.press("z")
        await until_shown(pilot, "now: skills")
        seconds[0] += 30
        path.rename(path.with_suffix(".away"))
        await pilot.press("3")
        await until_shown(pilot, "`teamboard")
        path.with_suffix(".away").rename(path)
        await pilot.press("3")
        await until(pilot, lambda: bool(the_review(sample_store).outcome))
        await pilot.press("4")
        await until(
            pilot, lambda: sessions["ana"].outcome(the_review(sample_store)).agreed_of(RecordId("G13")).rating == 4
        )
    assert sessions["ana"].outcome(the_review(sample_store)).seconds == {"contribution": 65, "skills": 30}


@pytest.mark.slow
async def test_a_review_after_the_turn_has_the_goals_of_its_period(app: MakeApp, sample_store: FileStore) -> None:
    begin = BeginPeriod(choices={RecordId("G12"): "renew"}, name="Next", starts=TODAY)
    after = sample_store.commit(begin, Actor("mara")).board
    (renewed,) = (g.id for g in after.goals_of("ana") if g.outcome is None and g.starts == TODAY)
    async with app("ana").run_test(size=(120, 40), notifications=True) as pilot:
        pilot.app.screen.query_one(BoardView).select(RecordId("M2"))
        await pilot.press("p")
        await until_shown(pilot, "Fri 27 Nov · This quarter")
        await until_shown(pilot, "missing: 4 goals to rate")
        assert renewed not in screen_text(pilot)
        pilot.app.screen.query_one(PreparationView).select(RecordId("G12"))
        await pilot.press("4")
        await until_shown(pilot, "missing: 3 goals to rate")
        await pilot.press("tab", "r")
        await until_shown(pilot, "27 Nov, being prepared · This quarter")
        await until_shown(pilot, "G12 ARR Iberia")
        assert renewed not in screen_text(pilot)
