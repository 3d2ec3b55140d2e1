"""The file's bytes: what is written is read again, in whole or in part; what is wrong is named."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamboard.actions.base import Action, perform
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.feedback import GiveFeedback, ReplyToFeedback
from teamboard.actions.goals import AddGoal
from teamboard.actions.team import AddMember, ChangeMember
from teamboard.domain.board import Board, Changes
from teamboard.domain.history.differences import changed
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId, number_of, table_of
from teamboard.store import codec
from teamboard.store.catch_up import catch_up
from teamboard.store.decoder import InvalidBoardFile, decode
from teamboard.store.file.store import FileStore
from tests.conftest import MARA, NOW, Maker, Run, small_maker

ACTIONS = st.one_of(
    st.builds(CheckInGoal, goal=st.sampled_from(["G1", "G2"]), value=st.floats(-1e9, 1e9), note=st.text(max_size=20)),
    st.builds(GiveFeedback, to=st.sampled_from(["ana", "ben"]), text=st.just("Well done")),
)


def same(one: Board, other: Board) -> bool:
    return one.revision == other.revision and one.ids == other.ids and not changed(one, other)


def whole(file: codec.BoardFile) -> bytes:
    return b"".join(codec.encode(file))


def read_again(known: codec.BoardFile, data: bytes) -> codec.BoardFile:
    """The file that a process reads which knew another at that path before."""
    return catch_up(BytesIO(data), known) or decode(data)


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
            maker.do(ReplyToFeedback(feedback=RecordId("F1"), text="Thanks"))
            file = grown(file, ReplyToFeedback(feedback=RecordId("F1"), text="Thanks"))
        reader = read_again(reader, whole(file))
        assert same(reader.board, file.board)
    assert json.loads(whole(file)) == json.loads(whole(maker.file()))
    cold = decode(whole(file))
    assert same(cold.board, file.board)
    assert cold.board.history is not None
    assert [(n, e.by, e.verb) for n, e in cold.board.history] == [(n, e.by, e.verb) for n, e in maker.history]


def test_many_commits_stay_readable(maker: Maker) -> None:
    file = maker.file()
    for value in range(200):
        file = grown(file, CheckInGoal(goal=RecordId("G1"), value=value))
    found = decode(whole(file))
    assert len(found.board.checkins_of(RecordId("G1"))) == 200
    assert found.board.history is not None
    assert len(found.board.history) == found.board.revision


def test_a_record_that_comes_back_takes_its_old_place(maker: Maker) -> None:
    maker.check_in(RecordId("G1"), 1)
    maker.check_in(RecordId("G1"), 2)
    first = maker.board.tables["checkins"][RecordId("C1")]
    file = maker.file()
    steps: list[Changes] = [{RecordId("C1"): None}, {RecordId("C1"): first}]
    for changes in steps:
        board = file.board.apply(changes)
        file = codec.advance(file, board, changes, maker.history[-1][1])
        assert same(decode(whole(file)).board, board)
    assert [c.id for c in file.board.checkins_of(RecordId("G1"))] == ["C1", "C2"]
    assert [c.id for c in decode(whole(file)).board.checkins_of(RecordId("G1"))] == ["C1", "C2"]


def test_tables_of_other_programs_are_kept(maker: Maker) -> None:
    data = json.loads(whole(maker.file())) | {"_default": {"1": {"mine": [1, {"x": None}]}}}
    file = grown(decode(json.dumps(data).encode()), CheckInGoal(goal=RecordId("G1"), value=1))
    assert json.loads(whole(file))["_default"] == {"1": {"mine": [1, {"x": None}]}}


@pytest.mark.parametrize("value", [[1], [], 5, None, "text", True, {}, {"a": {"b": [1]}}, [{"1": {}}]], ids=str)
@pytest.mark.parametrize("name", ["theirs", "crm-notes", "Übung 1", 'a "b"', "", "goals ", "-1"])
def test_what_another_program_keeps_that_is_no_table_stays_too(
    tmp_path: Path, run: Run, name: str, value: object
) -> None:
    path = tmp_path / "team.board.json"
    data = json.loads(whole(small_maker().file())) | {name: value, "more": {"1": {"x": 1}}}
    path.write_text(json.dumps(data), encoding="utf-8")
    watching = FileStore(path)
    for number in (1, 2):
        assert run("checkin", "G1", f"{number}", "--as", "ana").returncode == 0
        assert len(watching.load().checkins_of(RecordId("G1"))) == number
    kept = json.loads(path.read_bytes())
    assert (kept[name], kept["more"]) == (value, {"1": {"x": 1}})
    assert run("doctor").returncode == 0
    path.write_bytes(path.read_bytes().replace(b'"verb":"check in"', b'"verb":"check\x00in"', 1))
    assert run("doctor", "--fix").returncode == 0
    kept = json.loads(path.read_bytes())
    assert (kept[name], kept["more"]) == (value, {"1": {"x": 1}})


def with_fields(text: bytes, table: str, number: str, **fields: object) -> bytes:
    """A board's file in which another program has set fields of a document."""
    data = json.loads(text)
    data[table][number] |= fields
    return json.dumps(data, indent=1).encode()


def broken(maker: Maker) -> dict[str, bytes]:
    text = whole(maker.file())
    data = json.loads(text)

    return {
        "the file is empty": b"",
        "the file is empty ": b" \n ",
        "ends too early": text[: len(text) // 2],
        "line 3 is not valid JSON": b'{"meta": {},\n"team": {}\n"x"',
        "no table 'meta'": b'{"_default": {"1": {"a": 1}}}',
        "table 'meta' is empty": b'{"meta": {}}',
        "newer teamboard (format 99)": with_fields(text, "meta", "1", format=99),
        "without the team's period": with_fields(text, "team", "1", period={"name": "Q4 2026", "starts": "soon"}),
        "table 'goals'": json.dumps(data | {"goals": [data["goals"]["1"]]}).encode(),
        "it has no document number": json.dumps(data | {"team": {"0": data["team"]["1"]}}).encode(),
        "expected": b"[1, 2]",
    }


def misfits(maker: Maker) -> dict[str, tuple[bytes, set[RecordId]]]:
    """Files with records that do not fit: what is said of them, the bytes, and which records are set aside."""
    text = whole(maker.file())
    data = json.loads(text)

    def checked_in(**fields: object) -> bytes:
        check_in = {"goal": "G1", "value": 1, "note": "", "by": "ana", "at": NOW.isoformat()} | fields
        return json.dumps(data | {"checkins": {"1": check_in}}).encode()

    def changed_goal(document: object) -> bytes:
        return json.dumps(data | {"goals": data["goals"] | {"2": document}}).encode()

    return {
        "Expected 'str', got 'int'": (with_fields(text, "goals", "1", owner=7), {RecordId("G1")}),
        "unknown field": (with_fields(text, "goals", "1", colour="red"), {RecordId("G1")}),
        "owner 'zoe' is not a member": (with_fields(text, "goals", "2", owner="zoe"), {RecordId("G2")}),
        "used twice": (with_fields(text, "members", "3", handle="ana"), {RecordId("M3"), RecordId("G2")}),
        "aligned to 'T7'": (with_fields(text, "goals", "1", aligned={"T7": 1.0}), {RecordId("G1")}),
        "goal 'G9' does not exist": (checked_in(goal="G9"), {RecordId("C1")}),
        "JSON does not know": (checked_in(value=float("nan")), {RecordId("C1")}),
        "JSON does not know ": (checked_in(note="\ud83d alone"), {RecordId("C1")}),
        "timezone": (checked_in(at="2026-11-22T10:00:00"), {RecordId("C1")}),
        "Expected 'object', got 'int'": (changed_goal(5), {RecordId("G2")}),
    }


@pytest.mark.parametrize("says", list(misfits(small_maker())))
def test_a_record_that_does_not_fit_is_set_aside_and_stays_in_the_file(says: str) -> None:
    data, aside = misfits(small_maker())[says]
    file = decode(data)
    assert set(file.board.set_aside) == aside
    assert any(says.strip() in why for why in file.board.set_aside.values())
    for record_id in aside:
        assert file.board.get(record_id) is None
        assert number_of(file.board.next_id(table_of(record_id))) > number_of(record_id)
    # Another table, and the same one, are written: what was set aside is in the file as it was.
    again = decode(whole(grown(file, AddGoal(owner="mara", title="A course"))))
    again = decode(whole(grown(again, AddMember(handle="eve", name="Eve"))))
    again = decode(whole(grown(again, ChangeMember(handle="mara", title="Head"))))
    before, after = as_python(data), as_python(whole(again))
    assert set(again.board.set_aside) == aside
    for record_id in aside:
        table, number = table_of(record_id), str(number_of(record_id))
        assert repr(after[table][number]) == repr(before[table][number])
    assert again.board.goals_of("mara")


def as_python(data: bytes) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(data)
    return found


def test_what_another_program_keeps_in_the_file_stays_as_it_is() -> None:
    data = json.loads(whole(small_maker().file()))
    data["theirs"] = {"1": {"x": float("inf"), "y": "\ud83d", "z": "\ud83d\ude00 whole"}}
    text = json.dumps(data).encode()
    file = decode(text)
    assert file.board.set_aside == {}
    after = as_python(whole(grown(file, GiveFeedback(to="ben", text="Well asked"))))
    assert after["theirs"] == as_python(text)["theirs"]


def test_rows_are_in_the_order_of_their_numbers_however_they_were_written() -> None:
    maker = small_maker()
    for value in range(11):
        maker.check_in(RecordId("G1"), value)
    data = json.dumps(json.loads(whole(maker.file())), sort_keys=True).encode()
    board = decode(data).board
    assert [c.value for c in board.checkins_of(RecordId("G1"))] == list(range(11))
    assert [n for n, _ in history_of(board)] == sorted(n for n, _ in history_of(board))
    assert next(history_of(board).newest_first())[0] == board.revision


@pytest.mark.parametrize("says", list(broken(small_maker())))
def test_what_is_no_board_is_named_with_its_place(says: str) -> None:
    with pytest.raises(InvalidBoardFile) as found:
        decode(broken(small_maker())[says])
    assert says.strip().lower() in str(found.value).lower()
    assert "\n" not in str(found.value)


@given(st.integers(0, 10_000), st.binary(max_size=6), st.integers(0, 40))
def test_damage_is_told_or_harmless(at: int, inserted: bytes, cut: int) -> None:
    text = whole(small_maker().file())
    at %= len(text)
    damaged = text[:at] + inserted + text[at + cut :]
    try:
        board = decode(damaged).board
    except InvalidBoardFile as error:
        said = str(error)
    else:
        said = f"revision {board.revision}"
    assert said
    assert "\n" not in said


def test_a_stale_reader_is_not_misled_by_a_rewritten_table(maker: Maker) -> None:
    reader = maker.file()
    file = grown(reader, CheckInGoal(goal=RecordId("G1"), value=1))
    other = maker.file()
    other = grown(other, CheckInGoal(goal=RecordId("G2"), value=2, note="another line"))
    seen = read_again(reader, whole(file))
    seen = read_again(seen, whole(other))
    assert same(seen.board, other.board)
