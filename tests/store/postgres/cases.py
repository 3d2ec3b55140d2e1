"""The named checks: what each refuses, as an action in Python and as a commit to the database, side by side.

`C`, `G` and so on are the next numbers on the board of `prepared`, the sample team's with a few more commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from teamboard.actions.alignment import AlignGoal, AlignTeamGoal
from teamboard.actions.base import Action
from teamboard.actions.check_ins import CheckInGoal
from teamboard.actions.facts import AddFact
from teamboard.actions.feedback import AskForFeedback, GiveFeedback
from teamboard.actions.goal_changes.edits import EditGoal
from teamboard.actions.goals import AddGoal, AddTeamGoal
from teamboard.actions.leaving import LeaveTeam, ReturnToTeam
from teamboard.actions.members import BeAway, ComeBack
from teamboard.actions.one_on_ones import FinishAction, WriteOneOnOne
from teamboard.actions.periods import BeginPeriod
from teamboard.actions.renaming import RenameMember
from teamboard.actions.reviews import ScheduleReview, SetKey, SharePreparation, SignReview, WriteOutcome
from teamboard.actions.revision_responses import AcknowledgeRevision, AgreeToRevision, WithdrawRevision
from teamboard.actions.skills import SetSkill
from teamboard.actions.standup import OfferHelp, RecordStandup
from teamboard.actions.team import AddMember, ChangeMember, ChangeTeam
from teamboard.actions.waiting import MarkSeen
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Activity, Metric
from teamboard.domain.verbs import Check
from tests.actions.test_verbs import imported, revise
from tests.conftest import NOW, TODAY
from tests.helpers.verbs import ENCRYPTED

AT = "2026-11-22T10:00:00Z"
TOMORROW = TODAY + timedelta(days=1)
NEXT_WEEK = TODAY + timedelta(days=7)
CALLS = Activity(unit="calls", per_week=10)
UNITS = Metric(unit="€", start=1, target=1)
R = RecordId

PREPARED: list[tuple[str, Action]] = [
    ("mara", revise(R("T5"), title="Better discovery", effective=NEXT_WEEK)),
    ("mara", revise(R("T3"), target=4.3e6)),
    ("mara", revise(R("T4"), target=11.0)),
    ("mara", revise(R("T4"), target=10.0)),
    ("ana", revise(R("G12"), due=date(2027, 1, 31))),
    ("mara", AlignTeamGoal(goal=R("T5"), serves=R("T6"))),
    ("ana", CheckInGoal(goal=R("G15"), blocker="Legal", on=date(2026, 10, 20))),
    ("mara", SharePreparation(review=R("R3"), encrypted=ENCRYPTED, revealed=True)),
    ("dana", SharePreparation(review=R("R3"), encrypted=ENCRYPTED, revealed=True)),
    ("mara", AddGoal(owner="mara", title="Ten calls a week", measure=CALLS)),
    ("mara", WriteOutcome(review=R("R3"), encrypted=ENCRYPTED, seen="")),
    ("mara", BeAway(member="jonas", starts=date(2026, 11, 20), ends=date(2026, 11, 25))),
    ("mara", ChangeMember(handle="chi", starts=TOMORROW)),
    ("mara", LeaveTeam(member="freja", day=TODAY, goals_to="dropped")),
    ("mara", LeaveTeam(member="ines", day=TODAY, goals_to="dropped")),
]
"""Commits that make V7 (for next week), V8, V9, V10 (agreed) and V11 (proposed by Ana), C165 (late), R3 ready, and G41,
an activity.

Jonas is away, Chi begins tomorrow, Freja and Inés have left.
"""


class Case(NamedTuple):
    """What a check refuses.

    `python` is part of why Python refuses the action, and `written` what the commit writes all the same: fields by id,
    or None for a record that it removes.
    If `python` is empty, the action is allowed, and `written` is what somebody has changed in what it writes.
    """

    who: str
    action: Action
    python: str
    written: Mapping[str, dict[str, Any] | None]
    database: str
    """Part of why the database refuses it."""


def check_in(goal: str, **fields: Any) -> dict[str, dict[str, Any]]:
    return {"C166": {"goal": goal, "value": 1.0, "note": "", "by": "mara", "at": AT, **fields}}


def goal(**fields: Any) -> dict[str, dict[str, Any]]:
    """A new goal of Ana's."""
    days = {"starts": "2026-11-22", "due": "2026-12-31"}
    return {"G42": {"owner": "ana", "title": "More", "measure": {"kind": "done"}, "kind": "result", **days, **fields}}


def feedback(kind: str, to: str, **fields: Any) -> dict[str, dict[str, Any]]:
    return {"F35": {"kind": kind, "from": "ana", "to": to, "text": "Good", "at": AT, **fields}}


def member(handle: str, **fields: Any) -> dict[str, dict[str, Any]]:
    return {"M10": {"handle": handle, "name": "Zoe", "manager": "mara", **fields}}


def revision(goal_id: str, by: str, before: dict[str, Any], after: dict[str, Any], **fields: Any) -> dict[str, Any]:
    why = {"reason": "market", "why": "So", "state": "proposed", "by": by, "at": AT}
    return {"V12": {"goal": goal_id, **why, "before": before, "after": after, **fields}}


WEEKLY = {"kind": "activity", "unit": "calls", "per_week": 10.0}
MEASURE = {"kind": "metric", "unit": "€", "start": 0.0, "target": 1.0}
DUE = {"due": "2027-01-31"}
DUE_NOW = {"due": "2026-12-31"}
TERMS = {"title": "More", "measure": {"kind": "done"}, "due": "2026-12-31"}
MORE_CALLS = AddGoal(owner="ana", title="More")
LONGER = ChangeTeam(period_ends=date(2027, 1, 31))
NEXT_PERIOD = BeginPeriod(starts=TODAY, name="Early")
RENEWAL = BeginPeriod(starts=TODAY, name="Early", choices={R("G12"): "renew"}, targets={R("G12"): 3e5})
NEW_CALLS = imported(("Deals", 1.0, R("G13")))
SIGN = SignReview(review=R("R3"), content_hash="s", seen=ENCRYPTED)
STANDUP = RecordStandup(began=NOW, seconds={"ana": 30})
SOONER = revise(R("G13"), due=NEXT_WEEK)
SIGNED = {"by": "dana", "at": AT, "seal": "s"}

CASES: dict[Check, list[Case]] = {
    "absences": [
        Case("ana", BeAway(member="ana", starts=date(2026, 11, 27), ends=date(2026, 11, 23)), "is before",
             {"M2": {"away": [{"starts": "2026-11-27", "ends": "2026-11-23"}]}}, "overlap, or are backwards"),
        Case("ana", BeAway(member="ana", starts=date(2026, 11, 23), ends=date(2026, 11, 27)), "",
             {"M2": {"away": [{"starts": f"2026-1{month}-01", "ends": f"2026-1{month}-05"} for month in (0, 2)]}},
             "one time away is added"),
        Case("mara", ComeBack(member="jonas", day=date(2026, 11, 27)), "is not away on",
             {"M9": {"away": [{"starts": "2026-11-20", "ends": "2026-11-27"}]}}, "one time away is added, shortened"),
        Case("mara", ComeBack(member="jonas", day=date(2026, 11, 23)), "",
             {"M9": {"away": [{"starts": f"2026-11-{n}", "ends": f"2026-11-{n}"} for n in (22, 24)]}},
             "one time away is added, shortened"),
    ],
    "acknowledgement": [
        Case("mara", AcknowledgeRevision(revision=R("V8")), "need not acknowledge",
             {"V8": {"acknowledged": ["mara"]}}, "you need not acknowledge it"),
        Case("ana", AcknowledgeRevision(revision=R("V9")), "was revised again",
             {"V9": {"acknowledged": ["ana"]}}, "was revised again since"),
    ],
    "activity": [
        Case("mara", AddTeamGoal(title="Calls", measure=CALLS, rolls_up="own"), "team goal can't have",
             {"T7": {"owner": "mara", "title": "Calls", "measure": WEEKLY, "starts": "2026-10-01",
                     "due": "2026-12-31", "rolls_up": "own"}}, "has no number per week"),
        Case("mara", AddGoal(owner="ana", title="More", drives=R("G12")), "Only an activity",
             goal(drives="G12"), "only an activity drives"),
        Case("mara", AddGoal(owner="ana", title="More", measure=CALLS, drives=R("G1")), "is over",
             goal(measure=WEEKLY, drives="G1"), "not an open goal"),
        Case("mara", AddGoal(owner="ana", title="More", measure=CALLS, drives=R("T3")), "no goal 'T3'",
             goal(measure=WEEKLY, drives="T3"), "not an open goal"),
        Case("mara", AddGoal(owner="ana", title="More", measure=CALLS, drives=R("G16")), "is pau's",
             goal(measure=WEEKLY, drives="G16"), "of another owner"),
        Case("mara", EditGoal(goal=R("G41"), drives=R("G41")), "in a circle",
             {"G41": {"drives": "G41"}}, "in a circle"),
        Case("mara", CheckInGoal(goal=R("G41"), value=-1), "can't be below 0",
             check_in("G41", value=-1.0), "is not below 0"),
    ],
    "agreement": [
        Case("mara", AgreeToRevision(revision=R("V11")), "",
             {"V11": {"after": {"due": "2030-01-01"}}, "G12": {"due": "2030-01-01"}}, "not what was proposed"),
    ],
    "alignment": [
        Case("pau", AlignGoal(goal=R("G16"), aligned={R("T1"): 1.0}), "is over",
             {"G16": {"aligned": {"T1": 1.0}}}, "not an open team goal"),
        Case("pau", AlignGoal(goal=R("G16"), aligned={R("G12"): 1.0}), "no team goal",
             {"G16": {"aligned": {"G12": 1.0}}}, "not an open team goal"),
        Case("pau", AlignGoal(goal=R("G16"), aligned={R("T3"): 1.0}), "in the same unit",
             {"G16": {"aligned": {"T3": 1.0}}}, "a sum in another unit"),
        Case("mara", AlignTeamGoal(goal=R("T5"), serves=R("T1")), "is over", {"T5": {"serves": "T1"}}, "not an open"),
        Case("mara", AlignTeamGoal(goal=R("T4"), serves=R("T3")), "same unit", {"T4": {"serves": "T3"}}, "in another"),
        Case("mara", AlignTeamGoal(goal=R("T6"), serves=R("T5")), "already", {"T6": {"serves": "T5"}}, "in a circle"),
        Case("ana", AlignGoal(goal=R("G12"), aligned={R("T3"): 0.5}), "must add up to 100 %",
             {"G12": {"aligned": {"T3": 0.5}}}, "do not add up to 1"),
        Case("ana", AlignGoal(goal=R("G12"), aligned={R("T3"): 1.0, R("T5"): 0.0}), "above 0",
             {"G12": {"aligned": {"T3": 1.0, "T5": 0.0}}}, "must be above 0"),
    ],
    "encrypted": [
        Case("mara", WriteOutcome(review=R("R3"), encrypted="as it is", seen=ENCRYPTED), "must be encrypted",
             {"R3": {"outcome": "as it is"}}, "must be encrypted"),
    ],
    "fact": [
        Case("ana", AddFact(member="ana", name="Won", value=1, source="CRM", on=TOMORROW), "in the future",
             {"E61": {"member": "ana", "name": "Won", "value": 1, "source": "CRM", "on": f"{TOMORROW}"}},
             "in the future"),
    ],
    "feedback": [
        Case("ana", GiveFeedback(to="ana", text="Good"), "to yourself", feedback("praise", "ana"), "to yourself"),
        Case("ana", AskForFeedback(of=("ana",), text="Good"), "can't ask yourself",
             feedback("request", "ana"), "can't ask yourself"),
        Case("ana", AskForFeedback(of=("ben", "dana"), text="Good"), "", {"F36": {"round": "F1"}}, "round is another"),
    ],
    "finished_action": [
        Case("ben", FinishAction(action=R("O12.1")), "Only",
             {"O12": {"actions": [{"text": "Demo for Talleres Gómez", "owner": "pau", "due": "2026-11-26",
                                   "done": "2026-11-22"}]}}, "of your own, or of your report"),
        Case("pau", FinishAction(action=R("O12.1")), "",
             {"O12": {"actions": [{"text": "Lunch", "owner": "pau", "done": "2026-11-22"}]}}, "only an action"),
    ],
    "goal_for_another": [
        Case("mara", MORE_CALLS, "", {"V12": {"after": {**TERMS, "title": "Less"}}}, "what it says of the goal"),
        Case("mara", MORE_CALLS, "", {"V12": {"before": {"title": "Less"}}}, "what it says of the goal"),
        Case("mara", MORE_CALLS, "", {"V12": {"goal": "G12"}}, "about no new goal"),
        Case("mara", AddGoal(owner="mara", title="More"), "",
             revision("G42", "mara", {}, TERMS, reason="new-goal", state="agreed", effective=f"{TODAY}"),
             "one's own goal"),
    ],
    "help_wanted": [
        Case("ana", OfferHelp(goal=R("G13")), "your own goal", {"C134": {"helpers": ["ana"]}}, "your own goal"),
        Case("ben", OfferHelp(goal=R("G15")), "No help is wanted",
             {"C165": {"helpers": ["ben"]}}, "there is a newer check-in"),
    ],
    "imported_check_in": [
        Case("mara", NEW_CALLS, "", {"C166": {"value": 9.0}}, "not that of the fact"),
        Case("mara", NEW_CALLS, "", {"C166": {"note": "Well done"}}, "it has a note"),
        Case("mara", NEW_CALLS, "", {"C166": {"source": "Ana"}}, "its source is not that of the fact"),
        Case("mara", NEW_CALLS, "", {"C166": {"goal": "G23"}}, "fits no fact of the owner"),
        Case("mara", NEW_CALLS, "", {"C166": {"at": "2030-01-01T00:00:00Z"}}, "in the future"),
    ],
    "key": [
        Case("ana", SetKey(key="age1"), "not a valid public key", {"M2": {"key": "age1"}}, "not a public key"),
    ],
    "leaving": [
        Case("mara", LeaveTeam(member="mara", day=TODAY), "has reports and no manager",
             {"M1": {"left": "2026-11-22"}}, "somebody still reports"),
        Case("mara", LeaveTeam(member="pau", day=TODAY, goals_to="ana"), "",
             {"G12": {"outcome": "dropped", "closed": "2026-11-22"}}, "somebody else's"),
        Case("mara", LeaveTeam(member="pau", day=TODAY, goals_to="pau"), "is the one who leaves",
             {"G16": {"closed": "2026-11-22"}, "M3": {"left": "2026-11-22"}}, "closed or handed over"),
        Case("mara", LeaveTeam(member="pau", day=TODAY, goals_to="ana"), "",
             {"M2": {"manager": "ben"}}, "reports to somebody else"),
        Case("mara", LeaveTeam(member="pau", day=TODAY, goals_to="ana"), "",
             {"V6": {"state": "withdrawn"}}, "the goal is somebody else's"),
        Case("mara", LeaveTeam(member="pau", day=TODAY, goals_to="ana"), "",
             {"R1": {"manager": "ana"}}, "the manager is another"),
        Case("mara", LeaveTeam(member="pau", day=TODAY, goals_to="ana"), "",
             {"V12": {"after": {"owner": "ben"}}}, "what it says of the goal is not so"),
        Case("mara", LeaveTeam(member="pau", day=TODAY, goals_to="ana"), "",
             {"V12": {"goal": "G23"}}, "its owner is not told"),
        Case("mara", LeaveTeam(member="pau", day=TODAY, goals_to="freja"), "left the team on",
             {"G16": {"owner": "freja"}, "M3": {"left": "2026-11-22"}}, "the new owner has left"),
        Case("mara", LeaveTeam(member="pau", day=TODAY, goals_to="ana"), "",
             {"M2": {"left": "2026-11-22"}}, "one member leaves"),
    ],
    "member": [
        Case("mara", AddMember(handle="Zoe", name="Zoe", manager="mara"), "not a valid handle",
             member("Zoe"), "the handle is not valid"),
        Case("mara", AddMember(handle="reply", name="Zoe", manager="mara"), "word of the command line",
             member("reply"), "the handle is not valid"),
        Case("mara", AddMember(handle="g12", name="Zoe", manager="mara"), "looks like the id",
             member("g12"), "the handle looks like an id"),
        Case("mara", AddMember(handle="zoe", name=" ", manager="mara"), "name", member("zoe", name=""),
             "name is missing"),
        Case("mara", ChangeMember(handle="jonas", ramp=(1, 2, 3, 4)), "as the period",
             {"M9": {"ramp": [1, 2, 3, 4], "starts": "2026-11-02"}}, "more months than the period"),
        Case("mara", ChangeMember(handle="jonas", title="SDR 2"), "", {"M9": {"ramp": [50]}}, "needs the first day"),
    ],
    "moved_meeting": [
        Case("mara", ChangeMember(handle="jonas", manager="ben"), "", {"R8": {"manager": "ana"}},
             "moves with the member"),
    ],
    "new_manager": [
        Case("mara", ChangeMember(handle="jonas", title="SDR 2"), "",
             {"M9": {"reports_since": "2026-11-22"}}, "not that of another manager"),
        Case("mara", ChangeMember(handle="jonas", manager="ben"), "",
             {"M9": {"reports_since": "2026-11-29"}}, "not that of another manager"),
    ],
    "next_period": [
        Case("mara", NEXT_PERIOD, "",
             {"B1": {"earlier": [{"name": "x", "starts": "2026-01-01", "ends": "2026-02-01", "revision": 1}]}},
             "not as it was"),
        Case("mara", NEXT_PERIOD, "",
             {"B1": {"period": {"name": "Last quarter", "starts": "2026-11-22", "ends": "2027-01-31"}}},
             "another period's"),
        Case("mara", NEXT_PERIOD, "",
             {"B1": {"period": {"name": "Early", "starts": "2026-11-30", "ends": "2027-01-31"}}},
             "can't have these days"),
    ],
    "planned_review": [
        Case("mara", ScheduleReview(member="jonas", on=NEXT_WEEK, prepared={"jonas": "shared"}), "",
             {}, "says of a preparation what is not so"),
    ],
    "preparation": [
        Case("ana", SharePreparation(review=R("R1"), encrypted="as it is"), "must be encrypted",
             {"R1": {"prepared": {"ana": "shared"}, "sealed": {"ana": "as it is"}}}, "what is shared is encrypted"),
        Case("ana", SharePreparation(review=R("R1"), encrypted=ENCRYPTED, revealed=True), "not shared by both yet",
             {"R1": {"prepared": {"ana": "shared"}, "sealed": {"ana": ENCRYPTED}, "revealed": ["ana"]}},
             "not shown before both have shared"),
        Case("ana", SharePreparation(review=R("R1"), encrypted=ENCRYPTED), "",
             {"R1": {"sealed": {"ana": ENCRYPTED, "mara": ENCRYPTED}}}, "the other side's preparation"),
        Case("ana", SharePreparation(review=R("R1"), encrypted=ENCRYPTED), "", {"R1": {"state": "ready"}}, "its state"),
    ],
    "renamed": [
        Case("mara", RenameMember(member="ana", handle="Ana Ruiz"), "not a valid handle",
             {"M2": {"handle": "Ana Ruiz", "formerly": ["ana"]}}, "the handle is not valid"),
        Case("mara", RenameMember(member="ana", handle="none"), "a word of the command line",
             {"M2": {"handle": "none", "formerly": ["ana"]}}, "the handle is not valid"),
        Case("mara", RenameMember(member="ana", handle="r5"), "looks like the id",
             {"M2": {"handle": "r5", "formerly": ["ana"]}}, "the handle looks like an id"),
        Case("mara", RenameMember(member="ana", handle="ben"), "a member 'ben' already",
             {"M2": {"handle": "ben", "formerly": ["ana"]}}, "is another's, or was"),
        Case("ben", RenameMember(member="ana", handle="anna"), "may rename a member here",
             {"M2": {"handle": "anna", "formerly": ["ana"]}}, "other fields change"),
        Case("mara", RenameMember(member="ana", handle="anna"), "",
             {"M2": {"formerly": ["ana", "ben"]}}, "the former handles are others"),
    ],
    "replaced": [
        Case("mara", revise(R("G23"), title="Other", instead_of="V6"), "", {"V6": {"word": "Go away"}},
             "word is another"),
    ],
    "returning": [
        Case("mara", ReturnToTeam(member="freja"), "", {"M6": {"manager": "ines"}}, "the manager has left"),
        Case("mara", ReturnToTeam(member="freja"), "", {"M6": {"logins": ["mine"]}}, "the logins are others"),
    ],
    "revised_goal": [
        Case("mara", revise(R("T3"), target=4.4e6), "", {"T3": {"title": "Less"}}, "differs from the revision"),
    ],
    "revision": [
        Case("mara", revise(R("G1"), title="Other"), "is over",
             revision("G1", "mara", {"title": "ARR Iberia"}, {"title": "Other"}), "the goal is over"),
        Case("ana", revise(R("G12"), title="Other"), "have proposed",
             revision("G12", "ana", DUE_NOW, DUE), "there is an open proposal"),
        Case("mara", revise(R("T5"), title="Other"), "changes on",
             revision("T5", "mara", DUE_NOW, DUE, state="agreed", effective="2026-11-22") | {"T5": DUE},
             "changes already"),
        Case("ana", revise(R("G13"), title=" "), "title",
             revision("G13", "ana", {"title": "Discovery calls"}, {"title": ""}), "a text is missing"),
        Case("ana", revise(R("G13"), due=TODAY - timedelta(days=90)), "must be due",
             revision("G13", "ana", DUE_NOW, {"due": "2026-08-24"}), "due before it starts"),
        Case("ana", revise(R("G13"), start=1.0, target=1.0), "Start and target are equal",
             revision("G13", "ana", {"measure": {**MEASURE, "unit": "calls", "target": 120.0}},
                      {"measure": {**MEASURE, "unit": "calls", "start": 1.0}}), "start and target are equal"),
        Case("ana", revise(R("G13"), due=NEXT_WEEK, effective=NEXT_WEEK), "only a team goal",
             revision("G13", "ana", DUE_NOW, DUE, effective="2026-11-29"), "from the day it is agreed"),
        Case("mara", revise(R("T3"), target=9e6, effective=date(2027, 6, 1)), "can change from",
             revision("T3", "mara", DUE_NOW, DUE, state="agreed", effective="2027-06-01") | {"T3": DUE},
             "from that day"),
        Case("ana", SOONER, "", {"V12": {"state": "agreed"}}, "is proposed, and holds when"),
        Case("ana", SOONER, "", {"V12": {"before": DUE}}, "what it says of the goal is not so"),
        Case("ana", SOONER, "", {"V12": {"after": DUE_NOW}}, "what it says of the goal"),
        Case("ana", revise(R("G13"), target=9.0), "",
             {"V12": {"after": {"measure": {"kind": "done"}}}}, "keeps its kind of measure"),
    ],
    "rolled_over": [
        Case("mara", NEXT_PERIOD, "", {"G12": {"closed": "2026-10-31"}}, "a goal closes with the period"),
        Case("mara", RENEWAL, "", {"G42": {"measure": {**MEASURE, "unit": "$", "target": 4e5}}}, "it renews no goal"),
        Case("mara", RENEWAL, "", {"G42": {"measure": {**MEASURE, "target": 0.0}}}, "it renews no goal"),
    ],
    "seen": [
        Case("ana", MarkSeen(up_to=5000), "no later one", {"M2": {"seen": 5000}}, "no such revision"),
        Case("ana", MarkSeen(up_to=0), "seen already", {"M2": {"seen": -1}}, "M2"),
    ],
    "signature": [
        Case("mara", SIGN, "",
             {"R3": {"signatures": [SIGNED]}}, "in another's name"),
        Case("mara", SIGN, "",
             {"R3": {"signatures": [{**SIGNED, "by": "mara"}, SIGNED]}}, "signatures stay as they are"),
        Case("mara", SIGN, "", {"R3": {"state": "signed"}}, "its state"),
    ],
    "skills": [
        Case("ana", SetSkill(member="ana", name="Discovery", level=5), "",
             {"M2": {"skills": [{"name": "Discovery", "level": 5, "target": 5, "manager": 5}]}}, "one skill at a time"),
        Case("ana", SetSkill(member="ana", name="Discovery", rename="Negotiation"), "has a skill",
             {"M2": {"skills": [{"name": n, "level": 4, "target": 5} for n in ("Calls", "calls")]}}, "or has it twice"),
    ],
    "standup": [
        Case("ben", STANDUP, "", {"S1": {"revision": 1}}, "revision is another"),
        Case("ben", STANDUP, "", {"S1": {"at": "2030-01-01T00:00:00Z"}}, "in the future"),
        Case("ben", STANDUP, "", {"S1": {"seconds": {"zoe": 1}}}, "those of a member"),
    ],
    "talk": [
        Case("ana", WriteOneOnOne(member="ana", held=NEXT_WEEK), "in the future",
             {"O14": {"held": "2026-11-29"}}, "can't be held before its day"),
        Case("ana", WriteOneOnOne(member="ana", note="Fine"), "",
             {"O14": {"notes": [{"by": "mara", "at": AT, "text": "Fine"}]}}, "a note is another's"),
        Case("ana", WriteOneOnOne(member="ana", note="Fine"), "",
             {"O14": {"topics": [{"theme": "skills", "text": "Calls", "by": "mara"}]}}, "a topic is another's"),
        Case("ana", WriteOneOnOne(member="ana", note="Fine"), "",
             {"O14": {"actions": [{"text": "Call", "owner": "ben"}]}}, "for one of the two"),
    ],
    "team": [
        Case("mara", ChangeTeam(at_risk=0.95), "thresholds", {"B1": {"at_risk": 0.95}}, "at_risk must be below"),
        Case("mara", ChangeTeam(name=" "), "name", {"B1": {"name": ""}}, "the name is missing"),
        Case("mara", ChangeTeam(period_ends=date(2026, 1, 1)), "end after it begins",
             {"B1": {"period": {"name": "This quarter", "starts": "2026-10-01", "ends": "2026-01-01"}}}, "these days"),
        Case("mara", ChangeTeam(period="Last quarter"), "already",
             {"B1": {"period": {"name": "last quarter", "starts": "2026-10-01", "ends": "2026-12-31"}}},
             "another period's"),
        Case("mara", LONGER, "", {"G13": {"due": "2027-01-30"}}, "its days are not those of the period"),
        Case("mara", LONGER, "", {"G13": {"starts": "2026-10-02"}}, "its days are not those of the period"),
    ],
    "withdrawal": [
        Case("mara", WithdrawRevision(revision=R("V8")), "nothing to withdraw",
             {"V8": {"state": "withdrawn"}, "T3": {"measure": {**MEASURE, "target": 4.2e6}}}, "it holds already"),
    ],
}  # fmt: skip
