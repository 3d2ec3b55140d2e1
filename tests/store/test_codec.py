"""The file's bytes: what is written is read again, in whole or in part; what is wrong is named."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.actions.base import Action, perform
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback, ReplyToFeedback
from teamboard.domain.board import Board, Changes, changed
from teamboard.store import codec
from tests.conftest import MARA, NOW, Maker, small_maker

ACTIONS = st.one_of(
    st.builds(CheckInGoal, goal=st.sampled_from(["G1", "G2"]), value=st.floats(-1e9, 1e9), note=st.text(max_size=20)),
    st.builds(GiveFeedback, to=st.sampled_from(["ana", "ben"]), text=st.just("Well done")),
)


def same(one: Board, other: Board) -> bool:
    return one.revision == other.revision and one.ids == other.ids and not changed(one, other)


def whole(file: codec.BoardFile) -> bytes:
    return b"".join(codec.encode(file))


def grown(file: codec.BoardFile, action: Action) -> codec.BoardFile:
    board, entry, changes = perform(file.board, action, MARA, NOW)
    return codec.advance(file, board, changes, entry)


@given(st.lists(ACTIONS, max_size=8), st.booleans())
def test_growing_a_file_is_the_same_as_writing_it_whole(actions: list[Action], reply: bool) -> None:
    maker = small_maker()
    file = reader = maker.file()
    for action in actions:
        maker.do(action)
        file = grown(file, action)
        if reply and "F1" in file.board.tables["feedback"]:
            maker.do(ReplyToFeedback(feedback="F1", text="Thanks"))
            file = grown(file, ReplyToFeedback(feedback="F1", text="Thanks"))
        reader = codec.decode(whole(file), reader)
        assert same(reader.board, file.board)
    assert json.loads(whole(file)) == json.loads(whole(maker.file()))
    cold = codec.decode(whole(file))
    assert same(cold.board, file.board)
    assert cold.board.history is not None
    assert [(n, e.by, e.verb) for n, e in cold.board.history] == [(n, e.by, e.verb) for n, e in maker.history]


def test_many_commits_stay_readable(maker: Maker) -> None:
    file = maker.file()
    for value in range(200):
        file = grown(file, CheckInGoal(goal="G1", value=value))
    found = codec.decode(whole(file))
    assert len(found.board.checkins_of("G1")) == 200
    assert found.board.history is not None
    assert len(found.board.history) == found.board.revision


def test_a_record_that_comes_back_takes_its_old_place(maker: Maker) -> None:
    maker.check_in("G1", 1)
    maker.check_in("G1", 2)
    first = maker.board.tables["checkins"]["C1"]
    file = maker.file()
    steps: list[Changes] = [{"C1": None}, {"C1": first}]
    for changes in steps:
        board = file.board.apply(changes)
        file = codec.advance(file, board, changes, maker.history[-1][1])
        assert same(codec.decode(whole(file)).board, board)
    assert [c.id for c in file.board.checkins_of("G1")] == ["C1", "C2"]
    assert [c.id for c in codec.decode(whole(file)).board.checkins_of("G1")] == ["C1", "C2"]


def test_tables_of_other_programs_are_kept(maker: Maker) -> None:
    data = json.loads(whole(maker.file())) | {"_default": {"1": {"mine": [1, {"x": None}]}}}
    file = grown(codec.decode(json.dumps(data).encode()), CheckInGoal(goal="G1", value=1))
    assert json.loads(whole(file))["_default"] == {"1": {"mine": [1, {"x": None}]}}


def broken(maker: Maker) -> dict[str, bytes]:
    text = whole(maker.file())
    data = json.loads(text)

    def edited(table: str, number: str, **fields: object) -> bytes:
        copy = json.loads(text)
        copy[table][number] |= fields
        return json.dumps(copy, indent=1).encode()

    return {
        "the file is empty": b"",
        "the file is empty ": b" \n ",
        "ends too early": text[: len(text) // 2],
        "line 3 is not valid JSON": b'{"meta": {},\n"team": {}\n"x"',
        "no table 'meta'": b'{"_default": {"1": {"a": 1}}}',
        "table 'meta' is empty": b'{"meta": {}}',
        "newer teamboard (format 99)": edited("meta", "1", format=99),
        "goals 1 (line": edited("goals", "1", owner=7),
        "members 2 (line": edited("members", "2", surname="x"),
        "owner 'zoe' is not a member": edited("goals", "2", owner="zoe"),
        "used twice": edited("members", "3", handle="ana"),
        "aligned to 'T7'": edited("goals", "1", aligned={"T7": 1.0}),
        "timezone 'Mars'": edited("team", "1", timezone="Mars"),
        "goal 'G9' does not exist": json.dumps(
            data | {"checkins": {"1": {"goal": "G9", "value": 1, "note": "", "by": "ana", "at": NOW.isoformat()}}}
        ).encode(),
        "table 'goals'": json.dumps(data | {"goals": {"x": {}}}).encode(),
        "expected": b"[1, 2]",
        "goals 2": json.dumps(data | {"goals": data["goals"] | {"2": 5}}).encode(),
    }


@pytest.mark.parametrize("says", list(broken(small_maker())))
def test_what_is_no_board_is_named_with_its_place(says: str) -> None:
    with pytest.raises(codec.InvalidBoardFile) as found:
        codec.decode(broken(small_maker())[says])
    assert says.strip().lower() in str(found.value).lower()
    assert "\n" not in str(found.value)


@given(st.integers(0, 10_000), st.binary(max_size=6), st.integers(0, 40))
def test_damage_is_told_or_harmless(at: int, inserted: bytes, cut: int) -> None:
    text = whole(small_maker().file())
    at %= len(text)
    damaged = text[:at] + inserted + text[at + cut :]
    try:
        board = codec.decode(damaged).board
    except codec.InvalidBoardFile as error:
        said = str(error)
    else:
        said = f"revision {board.revision}"
    assert said
    assert "\n" not in said


def test_a_stale_reader_is_not_misled_by_a_rewritten_table(maker: Maker) -> None:
    reader = maker.file()
    file = grown(reader, CheckInGoal(goal="G1", value=1))
    other = maker.file()
    other = grown(other, CheckInGoal(goal="G2", value=2, note="another line"))
    seen = codec.decode(whole(file), reader)
    seen = codec.decode(whole(other), seen)
    assert same(seen.board, other.board)
