"""A copy of the board in which somebody has written comes back into it, and not a word is lost."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.actions.alignment import AlignGoal, AlignTeamGoal
from teamboard.actions.base import Action, Actor
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback, ReplyToFeedback, ResolveFeedback
from teamboard.actions.goal_changes.edits import EditGoal
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal, ProposeGoal
from teamboard.actions.leaving import LeaveTeam
from teamboard.actions.one_on_ones import NewTopic, WriteOneOnOne
from teamboard.actions.team import AddMember, ChangeMember, ChangeTeam
from teamboard.actions.undo import Undo
from teamboard.domain.board import Board
from teamboard.domain.errors import Refused
from teamboard.domain.goals.progress import progress
from teamboard.domain.history.log import history_of, last_undoable_commit
from teamboard.domain.history.merge import Merge
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, Metric, Record
from teamboard.store.base import BoardBusy, BoardUnreadable
from teamboard.store.codec import assemble
from teamboard.store.file.doctor import examine
from teamboard.store.file.merge import merge, preview_merge
from teamboard.store.file.store import FileStore
from tests.conftest import ANA, BEN, MARA, NOW, Run, small_maker
from tests.helpers.checker import new_board
from tests.helpers.terminal import Terminal

LATER = NOW + timedelta(hours=2)
HERE, COPY = "here", "copy"


class Pair:
    """A board and the copy that a synchroniser has made of it."""

    def __init__(self, folder: Path) -> None:
        self.path = new_board(folder)
        FileStore(self.path, clock=lambda: NOW).commit(GiveFeedback(to="ana", text="Before it was copied"), BEN)
        self.copy = folder / "team.board (Ana's conflicted copy 2026-11-22).json"
        shutil.copy(self.path, self.copy)
        self.clock = NOW

    def do(self, side: str, action: Action, by: Actor = MARA) -> Board:
        self.clock += timedelta(minutes=1)
        return FileStore(self.path if side == HERE else self.copy, clock=lambda: self.clock).commit(action, by).board

    def found(self) -> Merge:
        return preview_merge(FileStore(self.path), str(self.copy), LATER)

    def merged(self, **answers: bool) -> Board:
        """The board after the merge; each clash is answered by its field's name."""
        said = {(c.record_id, c.field): answers[c.field] for c in self.found().conflicts}
        merge(FileStore(self.path), str(self.copy), said, MARA, LATER)
        assert [f.what for f in examine(FileStore(self.path), LATER) if not f.ok and "conflicted" not in f.what] == []
        return FileStore(self.path).load()


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


def test_what_only_one_side_did_is_simply_there(pair: Pair) -> None:
    pair.do(HERE, CheckInGoal(goal=RecordId("G1"), value=100, note="here"), ANA)
    pair.do(HERE, GiveFeedback(to="ben", text="Said here"), MARA)
    pair.do(COPY, GiveFeedback(to="ben", text="Said in the copy"), ANA)
    pair.do(COPY, ReplyToFeedback(feedback=RecordId("F2"), text="Answered in the copy"), BEN)
    pair.do(COPY, CheckInGoal(goal=RecordId("G2"), value=200, note="copy"), BEN)
    assert pair.found().conflicts == []
    board = pair.merged()
    assert [(f.id, f.text, [r.text for r in f.replies]) for f in board.feedback] == [
        ("F1", "Before it was copied", []),
        ("F2", "Said here", []),
        ("F3", "Said in the copy", ["Answered in the copy"]),
    ]
    assert [c.note for c in board.checkins_of(RecordId("G2"))] == ["copy"]
    entry = next(e for _, e in history_of(board) if e.made is not None)
    assert (entry.by, entry.at, entry.made) == ("ana", LATER, NOW + timedelta(minutes=3))


def test_both_add_to_one_thread_and_to_one_agenda(pair: Pair) -> None:
    def topic(text: str) -> WriteOneOnOne:
        return WriteOneOnOne(member="ana", topics=(NewTopic("skills", text),))

    for side, by in ((HERE, ANA), (COPY, MARA)):
        pair.do(side, ReplyToFeedback(feedback=RecordId("F1"), text=f"From {side}"), ANA)
        pair.do(side, topic(f"Talk of {side}"), by)
    board = pair.merged()
    (feedback,) = board.feedback
    assert [r.text for r in feedback.replies] == ["From here", "From copy"]
    assert sorted(t.text for talk in board.one_on_ones for t in talk.topics) == ["Talk of copy", "Talk of here"]


@pytest.mark.parametrize("copy_holds", [False, True])
def test_where_both_changed_the_same_field_somebody_is_asked(pair: Pair, copy_holds: bool) -> None:
    pair.do(HERE, ChangeMember(handle="ana", title="AE South"))
    pair.do(COPY, ChangeMember(handle="ana", title="AE Iberia and France"))
    pair.do(COPY, ChangeMember(handle="ben", title="AE North"))
    (clash,) = pair.found().conflicts
    assert clash[1:] == ("title", "AE South", "AE Iberia and France")
    board = pair.merged(title=copy_holds)
    ana, ben = board.member("ana"), board.member("ben")
    assert ana is not None
    assert ana.title == ("AE Iberia and France" if copy_holds else "AE South")
    assert ben is not None
    assert ben.title == "AE North"


@pytest.mark.parametrize("copy_holds", [False, True])
def test_where_a_goal_stands_is_asked_when_both_have_checked_in(pair: Pair, copy_holds: bool) -> None:
    pair.do(COPY, CheckInGoal(goal=RecordId("G1"), value=200, note="earlier, in the copy"), ANA)
    pair.do(HERE, CheckInGoal(goal=RecordId("G1"), value=300, note="later, here"), ANA)
    board = pair.merged(value=copy_holds)
    assert {c.note for c in board.checkins_of(RecordId("G1"))} == {"earlier, in the copy", "later, here"}
    last = board.last_checkin(RecordId("G1"))
    assert last is not None
    assert last.value == (200 if copy_holds else 300)


@pytest.mark.parametrize("copy_holds", [False, True])
def test_what_one_took_away_and_the_other_changed_is_asked(pair: Pair, copy_holds: bool) -> None:
    given = pair.do(HERE, GiveFeedback(to="ben", text="Said before the second copy"))
    shutil.copy(pair.path, pair.copy)
    pair.do(HERE, Undo(undoes=given.revision))
    pair.do(COPY, ReplyToFeedback(feedback=RecordId("F2"), text="But I have answered"), BEN)
    board = pair.merged(gone=copy_holds)
    replies = [r.text for f in board.feedback for r in f.replies]
    assert replies == (["But I have answered"] if copy_holds else [])


def test_team_goals_that_would_serve_each_other_are_not_merged(pair: Pair) -> None:
    euro = Metric(unit="€", start=0, target=2000)
    pair.do(HERE, AddTeamGoal(title="All", measure=euro, rolls_up="sum"))
    shutil.copy(pair.path, pair.copy)
    pair.do(HERE, AlignTeamGoal(goal=RecordId("T1"), serves=RecordId("T2")))
    pair.do(COPY, AlignTeamGoal(goal=RecordId("T2"), serves=RecordId("T1")))
    before = Path(pair.path).read_bytes()
    with pytest.raises(Refused, match=r"invalid \(T1: it serves T2, which serves T1\); nothing was changed"):
        pair.merged()
    assert Path(pair.path).read_bytes() == before
    # One of the two is taken back, and the rest is merged.
    pair.do(HERE, AlignTeamGoal(goal=RecordId("T1"), serves=None))
    assert pair.merged().goal(RecordId("T2")).serves == "T1"  # type: ignore[union-attr]


def test_goals_that_would_drive_each_other_in_a_circle_are_not_merged(pair: Pair) -> None:
    for title in ("Calls", "Demos"):
        pair.do(HERE, AddGoal(owner="ana", title=title, measure=Activity(unit="calls", per_week=5)))
    shutil.copy(pair.path, pair.copy)
    pair.do(HERE, EditGoal(goal=RecordId("G3"), drives=RecordId("G4")))
    pair.do(COPY, EditGoal(goal=RecordId("G4"), drives=RecordId("G3")))
    with pytest.raises(Refused, match=r"invalid \(G3: it drives G4, which drives G3\); nothing was changed"):
        pair.merged()
    pair.do(HERE, EditGoal(goal=RecordId("G3"), drives=RecordId("")))
    assert pair.merged().goal(RecordId("G4")).drives == "G3"  # type: ignore[union-attr]


def test_a_check_in_that_was_undone_here_is_no_conflict(pair: Pair) -> None:
    for side, value in ((HERE, 230), (COPY, 300)):
        board = pair.do(side, CheckInGoal(goal=RecordId("G1"), value=value), ANA)
        if side == HERE:
            pair.do(HERE, Undo(undoes=board.revision), ANA)
    assert [c.value for c in pair.merged().checkins_of(RecordId("G1"))] == [300]


@pytest.mark.parametrize(("value", "kept", "left"), [(600, 600, 400), (100, 100, 900), (1000, None, None)])
def test_a_goal_that_was_split_here_is_split_at_the_value_of_the_copy(
    pair: Pair, value: float, kept: float | None, left: float | None
) -> None:
    pair.do(HERE, CheckInGoal(goal=RecordId("G1"), value=230), ANA)
    shutil.copy(pair.path, pair.copy)
    pair.do(HERE, HandOverGoal(goal=RecordId("G1"), to="ben"))
    pair.do(COPY, CheckInGoal(goal=RecordId("G1"), value=value), ANA)
    if kept is None:
        with pytest.raises(Refused, match="split at €230 when it was handed over as G3, and the copy has €1,000: undo"):
            pair.merged()
        return
    board = pair.merged()
    targets = [g.measure.target for g in board.goals if g.id in ("G1", "G3") and isinstance(g.measure, Metric)]
    assert targets == [kept, left]
    assert progress(board, board.goal(RecordId("G1"))) == 1  # type: ignore[arg-type]


def test_one_and_the_same_member_is_one(pair: Pair) -> None:
    for side in (HERE, COPY):
        pair.do(side, AddMember(handle="zoe", name="Zoe Adler", manager="mara"))
        pair.do(side, AddGoal(owner="zoe", title=f"ARR {side}", measure=Metric(unit="€", start=0, target=1)))
    board = pair.merged()
    assert [m.handle for m in board.members].count("zoe") == 1
    assert [(g.id, g.title) for g in board.goals_of("zoe")] == [("G3", "ARR here"), ("G4", "ARR copy")]


def test_a_copy_is_merged_once_and_what_comes_after_later(pair: Pair) -> None:
    pair.do(HERE, GiveFeedback(to="ben", text="Here"))
    pair.do(COPY, GiveFeedback(to="ben", text="Copy"), ANA)
    pair.merged()
    with pytest.raises(Refused, match="you can delete it"):
        pair.found()
    pair.do(COPY, ReplyToFeedback(feedback=RecordId("F2"), text="Still writing there"), BEN)
    board = pair.merged()
    assert [(f.text, [r.text for r in f.replies]) for f in board.feedback][1:] == [
        ("Here", []),
        ("Copy", ["Still writing there"]),
    ]


def test_what_is_no_copy_is_refused(pair: Pair, tmp_path: Path) -> None:
    before = pair.path.read_bytes()
    other = tmp_path / "other.json"
    maker = small_maker()
    maker.do(GiveFeedback(to="ana", text="Another board altogether"), BEN, LATER)
    another = msgspec.structs.replace(maker.history[0][1], host="another desk")
    FileStore(other).create(assemble(maker.board, [(1, another), *maker.history[1:]]), BEN)
    for path, words in ((other, "another board"), (pair.path, "the board itself"), (tmp_path / "none.json", "no file")):
        with pytest.raises(Refused, match=words):
            preview_merge(FileStore(pair.path), str(path), LATER)
    pair.do(COPY, CheckInGoal(goal=RecordId("G1"), value=77, note="edited"), ANA)
    good = pair.copy.read_bytes()
    assert good.count(b'"edited"') == 2
    for forged in (good.replace(b'"edited"', b'"forged"', 1), good[::-1].replace(b'"detide"', b'"degrof"', 1)[::-1]):
        pair.copy.write_bytes(forged)
        with pytest.raises(Refused, match="was edited"):
            pair.found()
    pair.copy.write_text("{}")
    with pytest.raises(BoardUnreadable):
        pair.found()
    with pytest.raises(Refused):
        merge(FileStore(pair.path), str(pair.copy), {}, ANA, LATER)
    assert pair.path.read_bytes() == before


def test_hints_that_either_side_switches_off_or_on_are_so(pair: Pair) -> None:
    pair.do(HERE, ChangeTeam(without_hints=("coaching", "revisions")))
    shutil.copy(pair.path, pair.copy)
    pair.do(COPY, ChangeTeam(without_hints=("blocker",), with_hints=("revisions",)))
    pair.do(HERE, ChangeTeam(without_hints=("blocker", "call"), with_hints=("coaching",)))
    team = pair.merged().team
    assert team is not None
    assert team.hints_off == ("blocker", "call")


def test_who_wrote_while_it_was_asked_is_asked_about_too(pair: Pair) -> None:
    pair.do(COPY, ChangeMember(handle="ana", title="AE Iberia and France"))
    found = pair.found()
    assert found.conflicts == []
    pair.do(HERE, ChangeMember(handle="ana", title="AE South"))
    with pytest.raises(BoardBusy, match="try again"):
        merge(FileStore(pair.path), str(pair.copy), {}, MARA, LATER)


OPS: list[Callable[[str], tuple[Action, Actor]]] = [
    lambda text: (CheckInGoal(goal=RecordId("G1"), change=1, note=text), ANA),
    lambda text: (CheckInGoal(goal=RecordId("G2"), change=1, note=text, blocker=text), BEN),
    lambda text: (GiveFeedback(to="ana", text=text), BEN),
    lambda text: (ReplyToFeedback(feedback=RecordId("F1"), text=text), ANA),
    lambda _: (ResolveFeedback(feedback=RecordId("F1")), ANA),
    lambda text: (AddGoal(owner="ana", title=text, measure=Metric(unit="€", start=0, target=1)), MARA),
    lambda _: (AlignGoal(goal=RecordId("G1"), aligned={}), ANA),
    lambda text: (ChangeMember(handle="ben", title=text), MARA),
    lambda text: (WriteOneOnOne(member="ana", topics=(NewTopic("skills", text),)), ANA),
]
ops = st.lists(st.tuples(st.sampled_from([HERE, COPY]), st.integers(0, len(OPS))), min_size=2, max_size=12)


@pytest.mark.slow
@given(done=ops, copy_holds=st.booleans())
def test_whatever_both_did_every_word_is_there_and_the_board_is_whole(
    done: list[tuple[str, int]], copy_holds: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pair = Pair(Path(folder))
        said: set[str] = set()
        for i, (side, op) in enumerate(done):
            text = f"word-{i}-{side}"
            if op == len(OPS):
                board = FileStore(pair.path if side == HERE else pair.copy).load()
                last = last_undoable_commit(board, "mara")
                action, by = (Undo(undoes=last), MARA) if last else OPS[0](text)
            else:
                action, by = OPS[op](text)
            try:
                pair.do(side, action, by)
            except Refused:
                continue
            said |= {text} if op in (0, 1, 2, 3, 8) else set()
        if not any(side == COPY for side, _ in done):
            return
        try:
            clashes = pair.found().conflicts
        except Refused as nothing:
            assert "you can delete it" in str(nothing)  # noqa: PT017
            return
        board = pair.merged(**{clash.field: copy_holds for clash in clashes})
        texts = " ".join(repr(record) for table in board.tables.values() for record in table.values())
        assert {word for word in said if word not in texts} == set()
        every: list[Record] = [r for table in board.tables.values() for r in table.values()]
        assert len({r.id for r in every}) == len(every)


def test_the_command_asks_on_a_terminal_and_doctor_knows_the_copy(
    run: Run, pair: Pair, tmp_path: Path, terminals: list[Terminal]
) -> None:
    pair.do(HERE, ChangeMember(handle="ana", title="AE South"))
    pair.do(COPY, ChangeMember(handle="ana", title="[red]AE[/] Iberia"))
    pair.do(COPY, GiveFeedback(to="ben", text="Said in the copy"), ANA)
    told = run("doctor")
    assert told.returncode == 1
    assert "is a conflicted copy: `teamboard board merge" in told.stdout
    refused = run("merge", pair.copy.name, "--as", "mara")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "--hold" in refused.stderr
    assert run("merge", pair.copy.name, "--as", "ana", "--hold", "here").returncode == 1
    terminal = Terminal(tmp_path, "merge", pair.copy.name, "--as", "mara")
    terminals.append(terminal)
    terminal.wait_for("Which one do you want to keep?")
    assert any("copy  [red]AE[/] Iberia" in line for line in terminal.screen.display)
    terminal.type("copy\n")
    terminal.wait_for("Merged 2 commits")
    assert terminal.finish() == 0
    ana = FileStore(pair.path).load().member("ana")
    assert ana is not None
    assert ana.title == "[red]AE[/] Iberia"
    logged = run("log").stdout.splitlines()
    assert "merged a copy of the board" in logged[0]
    assert "(in a copy, 22 Nov" in logged[1]


@pytest.mark.usefixtures("pair")
def test_an_open_board_says_that_a_copy_is_there(tmp_path: Path, terminals: list[Terminal]) -> None:
    terminal = Terminal(tmp_path, "--as", "mara", columns=120)
    terminals.append(terminal)
    terminal.wait_for("teamboard board merge")


def test_records_that_got_new_numbers_are_told_goals_first_and_not_more_than_a_few(pair: Pair, run: Run) -> None:
    measure = Metric(unit="calls", start=0, target=10)
    feedback = pair.do(HERE, GiveFeedback(to="ana", text="Taken"), BEN).ids["feedback"]
    for number in range(10):
        pair.do(COPY, GiveFeedback(to="ana", text=f"From the copy {number}"), BEN)
    pair.do(HERE, AddGoal(owner="ana", title="Ours", measure=measure))
    pair.do(COPY, AddGoal(owner="ana", title="Theirs", measure=measure))
    # Made and taken back again: nobody will look for it.
    gone = pair.do(COPY, AddGoal(owner="ana", title="A mistake", measure=measure))
    pair.do(COPY, Undo(undoes=gone.revision))
    told = run("board", "merge", pair.copy.name, "--as", "mara")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[1:] == [
        "G3 of the other file is G4 now.",
        "V1 of the other file is V2 now.",
        *(f"F{feedback + n} of the other file is F{feedback + n + 1} now." for n in range(3)),
        "And 7 more: see `teamboard log`.",
    ]
    board = FileStore(pair.path).load()
    titles = [goal.title for goal in board.goals]
    assert titles[-2:] == ["Ours", "Theirs"]
    assert board.get(RecordId(f"F{feedback + 1}")) != board.get(RecordId(f"F{feedback}"))


def test_what_is_brought_back_under_other_numbers_is_told(pair: Pair, run: Run) -> None:
    before = pair.path.read_bytes()
    add = ("goal", "add", "Calls", "--target", "10", "--as", "mara")
    assert run(*add).returncode == 0
    pair.path.write_bytes(before)
    assert run("feedback", "ana", "Somebody else's", "--as", "ben").returncode == 0
    assert run(*add).returncode == 0
    told = run("board", "merge", "--mine", "--as", "mara")
    assert (told.returncode, told.stdout.splitlines()[1]) == (0, "G3 is G4 now.")


def test_what_the_copy_gives_to_somebody_who_left_here_is_told(pair: Pair, run: Run) -> None:
    pair.do("here", LeaveTeam(member="ben", day=NOW.date(), goals_to="ana"))
    pair.do("there", AddGoal(owner="ben", title="Calls"))
    pair.do("there", ProposeGoal(title="Fairs"), BEN)
    pair.do("there", AddMember(handle="zoe", name="Zoe Sol", manager="ben"))
    told = run("board", "merge", pair.copy.name, "--as", "mara")
    assert told.returncode == 0, told.stderr
    left = "Ben Okafor, who is off the board from 2026-11-22 on"
    assert told.stdout.splitlines()[-3:] == [
        f"G3 is given to {left}: hand it over with `teamboard goal hand-over G3 --to MEMBER`.",
        f"G4 is proposed by {left}: decline it with `teamboard revision decline G4 -m WHY`.",
        f"Zoe Sol reports to {left}: give them another manager with `teamboard member change zoe --manager MEMBER`.",
    ]
    assert run("goal", "hand-over", "G3", "--to", "ana", "-y", "--as", "mara").returncode == 0
    assert run("revision", "decline", "G4", "-m", "Ben left", "--as", "mara").returncode == 0
    assert run("member", "change", "zoe", "--manager", "mara", "--as", "mara").returncode == 0
