"""The legend of each screen, shown by `?` below the keys: its signs and terms, and what they mean."""

from __future__ import annotations

from collections.abc import Sequence

Legend = Sequence[tuple[str, str]]
"""Pairs of a sign or term and its meaning."""

BOARD: Legend = (
    ("14 of 20", "value and target; 68 → 48: it is to fall"),
    ("━━━╸──┃──", "progress; ┃ is the pace, short of it is late"),
    ("━━━╸─◆───", "◆ is the call, if it is short of the target"),
    ("3 to nobody", "of a team goal: assigned to nobody yet"),
    ("▲ 4  ▁▂▃▅", "change in a week in points; the last six weeks"),
    ("⚑  ⟳  ☐", "help wanted; a revision that waits; an agreed action"),
    ("▿", "a confidence of 4 or less in the last check-in"),
    ("◐○", "how far both sides have prepared the review"),
    ("→ T1  9 d", "the team goal it serves; age of the last check-in"),
    ("●  ◉", "marked for the next action; and selected"),
)
ALIGNMENT: Legend = (
    ("gap", "target - value; below 0 beyond it, or what is to fall"),
    ("at this pace", "where it ends, as the weeks so far went"),
    ("share", "of what has been achieved; a full bar is 100 %"),
    ("assigned", "the targets of all who carry it, added up"),
    ("60 % of it", "the part of a goal that serves this team goal"),
    ("⚑  ⟳", "help wanted; a revision that waits"),
)
MEMBER: Legend = (
    *BOARD[:3],
    *BOARD[4:7],
    ("●●○○·", "a skill: the level, up to the target, of five"),
    ("balance", "what feedback and talks of 90 days were about"),
)
INBOX: Legend = (
    ("○  ◐", "open; acknowledged"),
    ("✓  ✗", "resolved; declined"),
    ("Mara → Ana", "from whom, and to whom"),
    ("from: to:", "narrow by / : from:ana kind:idea state:open >14d"),
)
DUE: Legend = (
    ("4 d late", "working days since it was due"),
    ("u f o r x", "at the right: the key that settles it, as Enter does"),
    ("1:1", "a one-on-one"),
)
ONE_ON_ONE: Legend = (
    ("☐  ☑", "agreed, and to be done; done"),
    ("O3.2", "the second agreement of one-on-one O3"),
    ("useful", "what the member says afterwards, 1 to 5"),
)
PULSE: Legend = (
    ("·", "nothing given: a gap in who gives to whom"),
    ("in cadence", "goals whose check-in is not overdue"),
)
STANDUP: Legend = (
    ("████┃░◆░", "progress; ┃ is the pace; ◆ a call short of the target"),
    ("at this pace", "where it ends, as the weeks so far went"),
    ("call", "what the owner expects to reach"),
    ("⚑  ?", "help wanted; asked of somebody"),
    ("0:40 of 1:40", "this person's time; at the right the whole meeting's"),
)
PREPARE: Legend = (
    ("F31 C115", "a piece of evidence; space puts it behind a rating"),
    ("opinion", "a rating that rests on no evidence"),
    ("missing", "what a whole preparation would still have"),
)
REVIEW: Legend = (
    ("gap", "where the two ratings differ; these stand first"),
    ("opinion", "a rating that rests on no evidence"),
    ("unchanged", "nobody has changed the review since it was signed"),
)
HISTORY: Legend = (("457", "the revision of the board that a commit made"),)
QUARTER: Legend = (
    ("%", "value / target, else progress; a member's is the mean of result goals by weight"),
    ("at this pace", "where it ends, as the weeks so far went"),
    ("━━━━────", "how many; a full bar is all goals of the period"),
    ("missed", "not reached when the period ended"),
    ("dropped", "given up, with a reason"),
)
