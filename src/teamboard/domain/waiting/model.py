"""What waits for a member, as values: an answer, a task, a commit to know of, and all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.due import Due, DueKind
from teamboard.domain.ids import RecordId
from teamboard.domain.standup import HelpWanted
from teamboard.domain.verbs import VerbName

AnswerKind = Literal["request", "proposal", "revision", "notice", "feedback", "offer of help"]
TaskKind = Literal[DueKind, "preparation", "signature", "usefulness", "blocker"]
WantedBy = Mapping[str, Sequence[HelpWanted]]
"""The help that members want, by handle, without those who want none."""


class ToAnswer(Struct, frozen=True, kw_only=True, gc=False):
    """What somebody has put to a member: `by` is their handle, `about` the record, `since` the day they did.

    `about` is a feedback, a revision, or the goal for which `by` offers help. A "notice" tells what was done with a
    goal, a "revision" is of a team goal that the member's goals serve. `settled_by` is the verb that answers it.
    """

    kind: AnswerKind
    about: RecordId
    by: str | None
    since: date
    settled_by: VerbName


class ToDo(Struct, frozen=True, kw_only=True, gc=False):
    """What a member has to do, waiting since a day; `overdue` counts the working days that it is late.

    `about` is the id of a goal, one-on-one, review or agreed action (`O3.2`), "" if there is none yet; `to` the member
    for whom it is done, `due` what is owed where it is owed by a cadence or a date.
    """

    kind: TaskKind
    about: str
    to: str | None
    since: date
    settled_by: VerbName
    overdue: int = 0
    due: Due | None = None


class ToKnow(Struct, frozen=True, kw_only=True, gc=False):
    """A commit of somebody else that concerns the member, who has not seen it: its revision and entry of the history.

    `about` is the first record that it changed, "" if it changed none.
    """

    revision: int
    entry: HistoryEntry
    about: str
    since: date


class Waiting(Struct, frozen=True, kw_only=True):
    """All that waits for a member: `to_answer` and `to_do` with the longest waiting first, `to_know` newest first."""

    to_answer: tuple[ToAnswer, ...] = ()
    to_do: tuple[ToDo, ...] = ()
    to_know: tuple[ToKnow, ...] = ()

    @property
    def pressing(self) -> int:
        """How many wait for an answer or are overdue."""
        return len(self.to_answer) + sum(1 for task in self.to_do if task.overdue)
