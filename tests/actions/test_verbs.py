"""The table of verbs: what each action really changes is what its verb's row says, and each cell is needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

import msgspec

from teamboard.actions.alignment import AlignGoal, AlignTeamGoal
from teamboard.actions.base import Action, Actor, perform
from teamboard.actions.check_ins import CheckInGoal, CorrectCheckIn
from teamboard.actions.facts import AddFact, ImportFacts, NewFact
from teamboard.actions.feedback import (
    AcknowledgeFeedback,
    AskForFeedback,
    DeclineRequest,
    GiveFeedback,
    ReopenFeedback,
    ReplyToFeedback,
    ResolveFeedback,
)
from teamboard.actions.goal_changes.closing import CloseGoal, ReopenGoal
from teamboard.actions.goal_changes.edits import EditGoal, RemoveGoal
from teamboard.actions.goal_changes.handing_over import HandOverGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal, ProposeGoal
from teamboard.actions.leaving import LeaveTeam, ReturnToTeam
from teamboard.actions.members import BeAway, ComeBack
from teamboard.actions.one_on_ones import FinishAction, NewAction, NewTopic, RateOneOnOne, WriteOneOnOne
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.renaming import RenameMember
from teamboard.actions.reviews import (
    AddReviewAction,
    AddToReview,
    RateReview,
    ScheduleReview,
    SetKey,
    SharePreparation,
    SignReview,
    WriteOutcome,
)
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision, DeclineRevision, WithdrawRevision
from teamboard.actions.revisions import ReviseGoal
from teamboard.actions.skills import PlanCareer, SetSkill
from teamboard.actions.standup import OfferHelp, RecordStandup
from teamboard.actions.team import AddMember, ChangeMember, ChangeTeam, ClaimLogin
from teamboard.actions.waiting import MarkSeen
from teamboard.domain.commit_log import Fields, HistoryEntry, fields_after
from teamboard.domain.handles import handle_fields
from teamboard.domain.history.log import history_of
from teamboard.domain.ids import RecordId
from teamboard.domain.permissions import may
from teamboard.domain.records import (
    TABLES,
    Activity,
    DoneOrNot,
    Metric,
)
from teamboard.domain.verbs import ADOPTION_VERB, EDIT_VERB, REPAIR_VERB, Check, Verb, VerbName, all_verbs, find_verb
from teamboard.store.codec import BoardFile
from tests.conftest import NOW, small_maker
from tests.helpers.verbs import ENCRYPTED, KEY, Touched, action_classes, fields_before, held_to_the_table, touched

NEXT_WEEK = date(2026, 11, 29)


def test_the_table_has_every_verb_and_fields_that_there_are() -> None:
    assert set(get_args(VerbName)) == set(all_verbs())
    assert {c.verb for c in action_classes()} <= set(all_verbs())
    for verb, row in all_verbs().items():
        assert len({str(w) for w in row.writes}) == len(row.writes), verb
        for writes in row.writes:
            names = {f.encode_name for f in msgspec.structs.fields(TABLES[writes.table])} - {"id"}
            assert {*writes.changes, *writes.actor, *writes.moment, *writes.today} <= names, verb
            assert {*writes.given, *writes.must, *writes.absent} <= names, verb
            assert {*writes.grows, *writes.joins} <= {*writes.changes}, verb
            assert writes.whose != "check" or writes.checks, verb
            assert {*writes.checks} <= set(get_args(Check)), verb
            assert writes.makes or writes.removes or writes.changes, verb


def test_nobody_may_do_what_the_board_writes_itself(sample: BoardFile) -> None:
    by_board = [verb for verb, row in all_verbs().items() if row.by_board]
    assert {ADOPTION_VERB, REPAIR_VERB} == {*by_board}
    assert not {c.verb for c in action_classes()} & {*by_board}
    assert not any(may(sample.board, member, verb) for member in sample.board.members for verb in by_board)


def test_a_program_that_edits_is_in_the_table_by_any_name() -> None:
    assert find_verb("edit with crm.py: nightly") is all_verbs()[EDIT_VERB]
    assert find_verb("edit without") is None


def test_a_verb_that_the_table_does_not_have_is_not_refused() -> None:
    entry = HistoryEntry(by="ana", at=NOW, verb="sing", changes={})
    assert msgspec.json.decode(msgspec.json.encode(entry), type=HistoryEntry).verb == "sing"


def test_the_history_of_the_sample_team_is_covered(sample: BoardFile) -> None:
    entries = [entry for _, entry in history_of(sample.board)]
    assert len(entries) > 300
    records: dict[str, Fields] = {}
    for entry in entries:
        held_to_the_table(entry, records)
        for record_id, change in entry.changes.items():
            records[record_id] = fields_after(records.get(record_id), change) or {}


# -- every cell of the table is needed


def revise(goal: RecordId, **terms: Any) -> ReviseGoal:
    return ReviseGoal(goal=goal, reason="market", why="So", **terms)


def imported(
    *facts: tuple[str, float, RecordId | None], on: date = date(2026, 11, 20), source: str = "CRM", rows: int = 2
) -> ImportFacts:
    """An import of Ana's facts, by name, value and goal."""
    new = tuple(
        NewFact(
            member="ana", name=name, value=value, on=on, starts=date(2026, 11, 1), goal=goal, unit=source, rows=rows
        )
        for name, value, goal in facts
    )
    first, last = date(2026, 10, 1), date(2026, 11, 21)
    return ImportFacts(batch="crm", source=source, link=f"https://{source}", first=first, last=last, facts=new)


CALLS = Activity(unit="calls", per_week=10)
QUARTER: list[tuple[str, Action]] = [
    ("ana", CheckInGoal(goal=RecordId("G12"), value=900_000.0, blocker="Legal is slow", call=1e6, best=1.1e6)),
    ("ben", OfferHelp(goal=RecordId("G12"))),
    ("ana", MarkSeen(up_to=20)),
    ("ana", CorrectCheckIn(checkin=RecordId("C165"), value=90_000.0, note="One zero too many", call=2e6, best=3e6)),
    ("mara", CorrectCheckIn(checkin=RecordId("C154"), undone=("Workshop",))),
    ("mara", EditGoal(goal=RecordId("G13"), title="Calls", why="They lead to deals", weight=2.0, unit="talks")),
    ("mara", EditGoal(goal=RecordId("T5"), title="Discovery", why="They lead to deals", unit="points")),
    ("mara", AddGoal(owner="ana", title="Calls", measure=DoneOrNot())),
    ("ana", AcknowledgeRevision(revision=RecordId("V7"))),
    ("ana", ProposeGoal(title="Partners", measure=DoneOrNot())),
    ("mara", AgreeToRevision(revision=RecordId("V8"))),
    ("ana", ProposeGoal(title="Fairs", measure=DoneOrNot())),
    ("mara", DeclineRevision(revision=RecordId("V9"), word="Not now")),
    ("ana", ProposeGoal(title="Fairs", measure=DoneOrNot())),
    ("ana", WithdrawRevision(revision=RecordId("V10"))),
    ("mara", AddTeamGoal(title="More", measure=DoneOrNot(), rolls_up="own")),
    ("mara", revise(RecordId("T5"), title="New", target=9.0, due=date(2027, 1, 31), effective=NEXT_WEEK)),
    ("mara", WithdrawRevision(revision=RecordId("V11"))),
    ("mara", revise(RecordId("T5"), drop=True, effective=NEXT_WEEK)),
    ("mara", WithdrawRevision(revision=RecordId("V12"))),
    ("mara", revise(RecordId("T5"), title="Better discovery", target=9.0, due=date(2027, 1, 31))),
    ("ana", AcknowledgeRevision(revision=RecordId("V13"))),
    ("pau", AlignGoal(goal=RecordId("G18"), aligned={})),
    ("mara", AlignTeamGoal(goal=RecordId("T6"), serves=RecordId("T7"))),
    ("mara", revise(RecordId("T4"), drop=True)),
    ("mara", revise(RecordId("G23"), title="Other", due=date(2027, 1, 31), instead_of="V6")),
    ("ben", AgreeToRevision(revision=RecordId("V15"))),
    ("ana", revise(RecordId("G12"), drop=True)),
    ("mara", DeclineRevision(revision=RecordId("V16"), word="Not yet")),
    ("mara", revise(RecordId("G9"), title="Other", due=date(2027, 1, 31), target=99.0)),
    ("mara", revise(RecordId("G9"), drop=True)),
    ("ana", revise(RecordId("G15"), due=date(2027, 1, 31))),
    ("ben", GiveFeedback(to="ana", text="Good")),
    ("ben", AskForFeedback(of=("ana", "mara"), text="How was it?")),
    ("dana", ReplyToFeedback(feedback=RecordId("F32"), text="It was good")),
    ("ana", AcknowledgeFeedback(feedback=RecordId("F30"))),
    ("ana", ResolveFeedback(feedback=RecordId("F31"))),
    ("ana", ReopenFeedback(feedback=RecordId("F31"))),
    ("ana", DeclineRequest(feedback=RecordId("F36"), word="No time")),
    ("ana", WriteOneOnOne(member="ana", on=date(2026, 11, 24), topics=(NewTopic("skills", "Calls"),))),
    ("ana", WriteOneOnOne(member="ana", note="Fine", agreed=(NewAction(text="Call"),), held=date(2026, 11, 22))),
    ("jonas", WriteOneOnOne(member="jonas", topics=(NewTopic("skills", "Calls"),))),
    ("ana", FinishAction(action="O14.1")),
    ("ana", RateOneOnOne(member="ana", useful=4)),
    ("ana", AddFact(member="ana", name="Deals", value=1.0, source="CRM")),
    ("mara", imported(("Won", 4.0, None), ("Deals", 1.0, RecordId("G13")))),
    (
        "mara",
        imported(("Won", 5.0, None), ("Deals", 2.0, RecordId("G13")), on=date(2026, 11, 21), source="CRM 2", rows=3),
    ),
    ("mara", imported(("Other", 5.0, None))),
    ("mara", ScheduleReview(member="ana", on=date(2026, 11, 22), period="Last quarter", prepared={"mara": "started"})),
    ("ana", SharePreparation(review=RecordId("R1"), encrypted=ENCRYPTED, revealed=True)),
    ("mara", SharePreparation(review=RecordId("R1"), encrypted=ENCRYPTED, revealed=True)),
    ("mara", WriteOutcome(review=RecordId("R1"), encrypted=ENCRYPTED, seen="")),
    ("mara", AddReviewAction(review=RecordId("R1"), agreed=NewAction(text="Call", owner="ana"))),
    ("ana", FinishAction(action="R1.1")),
    ("mara", SignReview(review=RecordId("R1"), content_hash="s", seen=ENCRYPTED)),
    ("ana", SignReview(review=RecordId("R1"), content_hash="s", seen=ENCRYPTED)),
    ("ana", AddToReview(review=RecordId("R1"), encrypted=ENCRYPTED)),
    ("ana", RateReview(review=RecordId("R1"), useful=5)),
    ("ana", SetSkill(member="ana", name="Calls", level=3)),
    ("ana", PlanCareer(member="ana", aspiration="Lead")),
    ("ana", SetKey(key=KEY)),
    ("ana", ClaimLogin()),
    ("ana", BeAway(member="ana", starts=date(2026, 11, 30), ends=date(2026, 12, 4), note="Skiing")),
    ("mara", ComeBack(member="ana", day=date(2026, 12, 3))),
    (
        "mara",
        ChangeMember(
            handle="jonas", name="Jon", title="SDR", region="South", manager="ben", logins=("jon",), ramp=(25, 50)
        ),
    ),
    (
        "mara",
        ChangeTeam(
            name="EMEA",
            timezone="Europe/Madrid",
            cadence={"check_in": 9},
            on_track=0.95,
            at_risk=0.5,
            working_days=("mon", "tue"),
            off=(date(2026, 12, 24),),
            archive_after="18m",
            away_counts=True,
            numbers="de",
            periods="quarters from feb",
            period_ends=date(2027, 1, 31),
            without_hints=("coaching",),
        ),
    ),
    ("mara", CloseGoal(goal=RecordId("G16"), outcome="achieved", why="Both signed")),
    ("mara", ReopenGoal(goal=RecordId("G16"), why="One did not")),
    ("pau", CloseGoal(goal=RecordId("G16"), outcome="missed", why="One did not")),
    ("mara", revise(RecordId("G19"), target=99.0)),
    ("mara", CloseGoal(goal=RecordId("G19"), outcome="dropped", why="Not any more")),
    ("ben", revise(RecordId("G24"), target=99.0)),
    ("mara", CloseGoal(goal=RecordId("G24"), outcome="missed", why="Not any more")),
    ("mara", AddGoal(owner="freja", title="Calls", measure=Activity(unit="calls", per_week=5), drives=RecordId("G28"))),
    ("freja", revise(RecordId("G28"), target=5.0)),
    ("mara", HandOverGoal(goal=RecordId("G28"), to="ines", target=3.0)),
    ("mara", HandOverGoal(goal=RecordId("G26"), to="ines")),
    ("mara", revise(RecordId("G35"), target=2e6)),
    ("mara", HandOverGoal(goal=RecordId("G35"), to="dana", target=1e5, why="DACH grows")),
    ("mara", HandOverGoal(goal=RecordId("T6"), to="ines", target=5.0)),
    ("mara", HandOverGoal(goal=RecordId("T6"), to="mara")),
    ("mara", CloseGoal(goal=RecordId("T6"), outcome="missed", why="So")),
    ("mara", ReopenGoal(goal=RecordId("T6"), why="Not yet")),
    ("mara", AddTeamGoal(title="Wrong", measure=DoneOrNot())),
    ("mara", RemoveGoal(goal=RecordId("T8"))),
    ("mara", RemoveGoal(goal=RecordId("G41"))),
    ("mara", RecordStandup(began=NOW, seconds={"ana": 30})),
    ("mara", ReviseGoal(goal=RecordId("G32"), reason="market", why="So", target=1.2e6)),
    ("ana", AskForFeedback(of=("dana",), text="How was it?")),
    ("mara", ChangeMember(handle="pau", manager="dana")),
    ("dana", WriteOneOnOne(member="pau", agreed=(NewAction(text="Call", owner="dana"),))),
    ("mara", WriteOneOnOne(member="dana", topics=(NewTopic("skills", "Calls"),))),
    ("mara", ChangeMember(handle="dana", logins=("danam",))),
    ("mara", SharePreparation(review=RecordId("R3"), encrypted=ENCRYPTED, revealed=True)),
    ("dana", SharePreparation(review=RecordId("R3"), encrypted=ENCRYPTED, revealed=True)),
    ("mara", WriteOutcome(review=RecordId("R3"), encrypted=ENCRYPTED, seen="")),
    ("mara", AddReviewAction(review=RecordId("R3"), agreed=NewAction(text="Call", owner="dana"))),
    ("mara", ScheduleReview(member="dana", on=date(2026, 12, 1))),
    ("mara", AddTeamGoal(title="Partners", measure=DoneOrNot(), owner="dana")),
    ("mara", AddMember(handle="zoe", name="Zoe Lang", manager="dana")),
    ("mara", LeaveTeam(member="dana", day=date(2026, 11, 20), goals_to="ben", reports_to="chi")),
    ("mara", ReturnToTeam(member="dana", manager="chi")),
    ("chi", WriteOneOnOne(member="dana", note="Welcome back")),
    ("mara", AddGoal(owner="dana", title="Renewals", kind="result")),
    ("mara", AddGoal(owner="dana", title="Ten calls", measure=CALLS, drives=RecordId("G50"))),
    ("mara", LeaveTeam(member="dana", day=date(2026, 11, 22), goals_to="ben", goals={"G51": "ana"})),
    ("mara", ChangeMember(handle="chi", logins=("danam",))),
    ("mara", ReturnToTeam(member="dana")),
    ("mara", AddTeamGoal(title="Calls", measure=Metric(unit="calls", start=0, target=900), rolls_up="sum")),
    ("mara", AddTeamGoal(title="Habits", measure=Metric(unit="%", start=0, target=100))),
    ("mara", AddGoal(owner="dana", title="Calls", measure=CALLS, aligned={RecordId("T10"): 0.6, RecordId("T11"): 0.4})),
    ("dana", CheckInGoal(goal=RecordId("G52"), value=8.0)),
    ("mara", HandOverGoal(goal=RecordId("G52"), to="ben")),
    ("mara", AddGoal(owner="dana", title="Calls", measure=CALLS, aligned={RecordId("T10"): 0.6, RecordId("T11"): 0.4})),
    ("dana", CheckInGoal(goal=RecordId("G54"), value=8.0)),
    ("mara", LeaveTeam(member="dana", day=date(2026, 11, 22), goals_to="ben")),
    ("mara", ReturnToTeam(member="dana")),
    # G13 is renewed, and the calls that drive it go on with the new one.
    ("mara", AddGoal(owner="ana", title="Ten calls", measure=CALLS, drives=RecordId("G13"))),
    ("ana", EditGoal(goal=RecordId("G56"), drives=RecordId("G12"))),
    ("ana", EditGoal(goal=RecordId("G56"), drives=RecordId("G13"))),
    # G57 is opened again when what it drove is over.
    ("mara", AddGoal(owner="ana", title="Mails", measure=CALLS, drives=RecordId("G12"))),
    *(("mara", CloseGoal(goal=RecordId(goal), outcome="missed", why="So")) for goal in ("G57", "G12")),
    ("mara", ReopenGoal(goal=RecordId("G57"), why="Not yet")),
    (
        "mara",
        BeginPeriod(
            starts=date(2026, 11, 22),
            choices={
                RecordId("G13"): "renew",
                RecordId("G14"): "drop",
                RecordId("G15"): "close",
                RecordId("T7"): "renew",
                RecordId("T3"): "drop",
                RecordId("G18"): "carry",
            },
        ),
    ),
    ("ana", RenameMember(member="ana", handle="anna")),
    ("mara", RenameMember(member="ben", handle="benno")),
    ("mara", RenameMember(member="dana", handle="danah")),
    ("mara", RenameMember(member="mara", handle="marlene")),
]
"""A quarter's worth of commits on the sample team: each verb, and each field that it may write, at least once."""

NEEDED_BUT_NOT_HERE = {
    **dict.fromkeys(("archive closed periods", "archive at a period's end"), "needs a file, and is tested with one"),
    "set up the team": "done before the sample team begins",
}


def test_every_cell_of_the_table_is_used(sample: BoardFile) -> None:
    board, history = sample.board, list(history_of(sample.board))
    seen = {what for _, entry in history for what, _ in touched(entry)}
    for handle, action in QUARTER:
        before = board
        board, entry, _ = perform(board, action, Actor(handle, "login-" + handle), NOW)
        held_to_the_table(entry, fields_before(before, entry))
        seen |= {what for what, _ in touched(entry)}
    # The first day of a period is corrected in the first period alone.
    first = small_maker()
    first.do(ChangeTeam(period_starts=date(2026, 10, 5)))
    seen |= {what for what, _ in touched(first.history[-1][1])}
    used = {cell for verb, row in all_verbs().items() if verb not in NEEDED_BUT_NOT_HERE for cell in cells(verb, row)}
    assert used - seen == set()


def test_a_member_is_renamed_wherever_a_record_names_them() -> None:
    """A field that holds a handle has the type `Handle`, and the verb may write it."""
    rows = all_verbs()["rename a member"].writes
    written = {table: {n for w in rows if w.table == table for n in w.changes} - {"formerly"} for table in TABLES}
    assert written == {table: {*handle_fields(table)} for table in TABLES}


def cells(verb: str, row: Verb) -> Iterator[Touched]:
    """All that a row of the table allows."""
    for writes in row.writes:
        yield from ((verb, writes.table, name) for name in writes.changes)
        if writes.makes:
            yield verb, writes.table, "made"
        if writes.removes:
            yield verb, writes.table, "removed"
