"""Which key does what on which screen: the letters of the scheme, and no letter of the one before."""

from __future__ import annotations

import pytest
from textual.binding import Binding

from teamboard.domain.ids import RecordId
from teamboard.ui.screens.alignment.alignment import AlignmentScreen
from teamboard.ui.screens.board.board import BoardScreen
from teamboard.ui.screens.due.due import DueScreen
from teamboard.ui.screens.feedback.inbox import InboxScreen, InboxView
from teamboard.ui.screens.one_on_ones.one_on_one import OneOnOneScreen, OneOnOneView
from teamboard.ui.screens.periods.period_rollover import ChoiceView
from teamboard.ui.screens.reviews.prepare import EvidenceView, PrepareScreen
from teamboard.ui.screens.reviews.review import ReviewScreen
from teamboard.ui.screens.revisions.revision_review import RevisionReviewScreen
from teamboard.ui.screens.standup.standup import StandupScreen
from teamboard.ui.screens.team.member import MemberScreen
from tests.helpers.screen import until_gone, until_shown
from tests.helpers.screens import open_screen
from tests.ui.conftest import MakeApp

ROWS = [
    (
        (BoardScreen,),
        "S show('standup') s sort H show('history') A alignment m move o one_on_one r review x goal('choose')",
        "h a O R J K shift+j shift+k",
    ),
    ((RevisionReviewScreen,), "a agree a acknowledge d decline d withdraw v counter m realign", "y n w"),
    ((InboxScreen, InboxView), "enter reply a acknowledge d decline x resolve x reopen tab turn", "r n e o"),
    ((DueScreen,), "x finish tab turn", ""),
    ((AlignmentScreen,), "s arrange m move", "O R"),
    ((StandupScreen,), "space next(1) right next(1) left next(-1) w round_up enter keep", "n e"),
    ((OneOnOneScreen, OneOnOneView), "n note w held e meet t topic c agree o back enter note", "H d T O"),
    ((PrepareScreen, EvidenceView), "space cite enter cite r side_by_side", "e R"),
    ((ReviewScreen,), "w sign n add z clock r back c agree enter write", "S W t R"),
    (
        (ChoiceView,),
        "left turn(-1) right turn(1) enter turn(1) "
        "1 choose('renew') 2 choose('carry') 3 choose('close') 4 choose('drop')",
        "c r d x C R D X",
    ),
    ((MemberScreen,), "l growth", "c"),
]
"""The classes of a screen and its list, the keys with their actions, and the keys of the scheme before."""


def actions_by_key(kind: type) -> set[tuple[str, str]]:
    """Each key that a class binds, with its action."""
    return {
        (binding.key, binding.action.removeprefix("screen.").removeprefix("app."))
        for base in kind.__mro__
        if base.__module__.startswith("teamboard.")
        for binding in Binding.make_bindings(base.__dict__.get("BINDINGS", ()))
    }


@pytest.mark.parametrize(("kinds", "here", "gone"), ROWS, ids=[kinds[0].__name__ for kinds, _, _ in ROWS])
def test_each_screen_has_the_keys_of_the_scheme(kinds: tuple[type, ...], here: str, gone: str) -> None:
    bound = {pair for kind in kinds for pair in actions_by_key(kind)}
    words = here.split()
    assert {*zip(words[::2], words[1::2], strict=True)} <= bound
    assert not {key for key, _ in bound} & {*gone.split()}


async def test_the_standup_goes_on_with_an_arrow_and_ends_with_w(app: MakeApp) -> None:
    async with app("mara").run_test(size=(120, 40)) as pilot:
        await open_screen(pilot, RecordId(""), ["S", "right"], "2 of 9")
        await pilot.press("w")
        await until_shown(pilot, "Help wanted")


@pytest.mark.slow
async def test_a_preparation_and_the_review_open_each_other_with_r(app: MakeApp) -> None:
    async with app("mara").run_test(size=(120, 40)) as pilot:
        await open_screen(pilot, RecordId("M2"), ["p", "r"], "z starts the clock")
        await pilot.press("r")
        await until_shown(pilot, "Only the two of you can read it.")


async def test_enter_cites_a_piece_of_evidence(app: MakeApp) -> None:
    async with app("mara").run_test(size=(140, 44)) as pilot:
        await open_screen(pilot, RecordId("M2"), ["p", "4"], "opinion")
        await pilot.press("tab")
        pilot.app.screen.query_one(EvidenceView).select(RecordId("F31"))
        await pilot.press("enter")
        await until_shown(pilot, "F31")
        await until_gone(pilot, "opinion")
