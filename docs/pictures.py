"""Draw the README's pictures from the sample team: `python docs/pictures.py`."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from teamboard.actions.base import Actor, perform
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.reviews import find_review
from teamboard.domain.ids import RecordId
from teamboard.domain.report import report
from teamboard.domain.reviews.content import AgendaTopic, Preparation, Rating
from teamboard.importers.team import read_team
from teamboard.personal.settings import Settings
from teamboard.render.charts.slides import goal_slide, report_slide, team_slide
from teamboard.render.charts.svg import ChartPicture
from teamboard.resources import resource_folder
from teamboard.services.review_session import ReviewSession
from teamboard.services.views import view_today
from teamboard.store.file.store import FileStore
from teamboard.ui.app import BoardApp
from teamboard.ui.snapshot import Picture, settled
from teamboard.ui.widgets.board_view import BoardView

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
PICTURES = {
    "board": ("", "", (118, 38), "harbour"),
    "detail": ("G13", "enter", (158, 40), "harbour"),
    "member": ("M2", "enter", (118, 34), "paper"),
    "due": ("", "D", (112, 26), "harbour"),
    "one-on-one": ("M2", "o", (118, 22), "paper"),
    "pulse": ("", "P", (104, 34), "harbour"),
    "prepare": ("M2", "p", (140, 40), "harbour"),
    "review": ("M2", "r", (150, 40), "harbour"),
    "alignment": ("", "A", (132, 38), "harbour"),
    "revision": ("G23", "v", (104, 34), "harbour"),
    "report": ("", "Q", (118, 40), "espresso"),
    "check-in": ("G12", "u", (100, 30), "fjord"),
    "standup": ("", "S", (118, 34), "projector"),
    "big": ("", "", (90, 34), "fjord"),
    "light": ("", "", (118, 38), "paper"),
    "deep": ("", "", (118, 38), "fjord"),
}

SLIDES = ("slide-goal", "slide-team", "slide-report")
VIEWERS = {
    "alignment": "mara",
    "revision": "mara",
    "report": "mara",
    "due": "mara",
    "pulse": "mara",
    "standup": "mara",
    "big": "mara",
}


RATINGS = {
    "ana": (
        Rating(goal=RecordId("G12"), rating=4, comment="Iberdrola moved, and the number is safe.", evidence=("C159",)),
        Rating(
            goal=RecordId("G13"),
            rating=4,
            comment="Fewer calls and deeper ones. Ben says so, too.",
            evidence=("F30", "C115"),
        ),
        Rating(goal=RecordId("G14"), rating=3, comment="Two of three.", evidence=("C152",)),
        Rating(
            goal=RecordId("G15"), rating=3, comment="Acme at list price. I waited, and it worked.", evidence=("C154",)
        ),
    ),
    "mara": (
        Rating(goal=RecordId("G12"), rating=4, comment="She replaced Iberdrola before I asked.", evidence=("C159",)),
        Rating(goal=RecordId("G13"), rating=2, comment="Depth is good. Forty-two per cent is not.", evidence=("F31",)),
        Rating(goal=RecordId("G14"), rating=3, comment="As we agreed."),
        Rating(
            goal=RecordId("G15"), rating=4, comment="From giving to trading in eight weeks.", evidence=("F2", "C154")
        ),
    ),
}
TEXTS = {
    "ana": Preparation(
        contribution="The two hotels in place of Iberdrola. Pau's second half of the call.",
        skills="I wait now. The board meeting is what I want to do alone.",
        career="Leading Iberia: what would you need to see by spring?",
        topics=(AgendaTopic(theme="skills", text="Board meeting at Acme"),),
    ),
    "mara": Preparation(
        contribution="Steady, and she makes Pau better.",
        skills="Negotiation is there. Next: the room with more than one buyer in it.",
        career="Ready for a first piece of leading. Which?",
    ),
}


def both_have_prepared(store: FileStore) -> None:
    """Prepare the review of Ana and Mara on both sides, and share it."""
    sessions = {}
    for handle in ("ana", "mara"):
        sessions[handle] = ReviewSession(store.load(), handle)
        first = sessions[handle].first_key(store.load())
        if first is not None:
            store.commit(first, Actor(handle))
    for handle, session in sessions.items():
        prepared = msgspec.structs.replace(TEXTS[handle], ratings=RATINGS[handle])
        shown = view_today(store.load(), NOW)
        store.commit(session.share(shown, find_review(shown.board, "R1"), prepared), Actor(handle))
    for share in sessions["ana"].reveals(view_today(store.load(), NOW)):
        store.commit(share, Actor("ana"))


async def draw(name: str, path: Path) -> None:
    record_id, keys, size, theme = PICTURES[name]
    store = FileStore(path, clock=lambda: NOW)
    store.create(read_team(resource_folder("sample_team"), NOW, Actor(None)), Actor(None))
    if name in ("prepare", "review"):
        both_have_prepared(store)
    app = BoardApp(
        store,
        store.load(),
        Actor(VIEWERS.get(name, "ana")),
        clock=lambda: NOW,
        settings=Settings(theme=theme, calm=True, big=name == "big"),
    )
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        if record_id:
            app.screen.query_one(BoardView).select(RecordId(record_id))
        for key in keys.split():
            await pilot.press(key)
            await settled(pilot)
        svg = Picture(app).svg()
    lines = (line.rstrip() for line in svg.splitlines())
    (HERE / f"{name}.svg").write_text("\n".join(lines) + "\n", encoding="utf-8")


def draw_slide(name: str) -> None:
    """Draw a chart of the sample team, with a call on its first goal."""
    maker = read_team(resource_folder("sample_team"), NOW, Actor(None))
    call = CheckInGoal(goal=RecordId("G12"), value=812_000, call=1_150_000, best=1_300_000)
    board, _, _ = perform(maker.board, call, Actor("ana"), NOW)
    shown = view_today(board, NOW)
    assert board.team is not None
    period = board.team.period
    slides = {
        "slide-goal": lambda: goal_slide(shown, next(g for g in board.goals if g.id == "G12")),
        "slide-team": lambda: team_slide(shown, period),
        "slide-report": lambda: report_slide(shown, report(shown, period)),
    }
    (HERE / f"{name}.svg").write_text(ChartPicture(slides[name](), dark=False).svg(), encoding="utf-8")


def main() -> None:
    for name in sys.argv[1:] or (*PICTURES, *SLIDES):
        if name in SLIDES:
            draw_slide(name)
            continue
        with tempfile.TemporaryDirectory() as place:
            # Keep the keys and drafts of the person who runs this out of the pictures.
            os.environ |= {"XDG_CONFIG_HOME": f"{place}/config", "XDG_DATA_HOME": f"{place}/data"}
            asyncio.run(draw(name, Path(place) / "team.board.json"))


if __name__ == "__main__":
    main()
