"""The history of a member's skill levels, read from the commit log."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from teamboard.domain.board import Board
from teamboard.domain.commit_log import Change
from teamboard.domain.history.log import history_of
from teamboard.domain.records import Level, Member, Skill

_SKILLS: Any = tuple[Skill, ...]


class LevelOn(Struct, frozen=True):
    """The level of a skill from a day on, 1 to 5: the member's own view and the manager's, None if not given."""

    day: date
    level: Level | None
    manager: Level | None


def skill_history(board: Board, member: Member) -> dict[str, tuple[LevelOn, ...]]:
    """The levels of each of a member's skills, by its name, oldest first. Raises HistoryUnavailable."""
    levels_by_name: dict[str, list[LevelOn]] = {}
    before: tuple[Skill, ...] = ()
    for _, entry in history_of(board).touching(member.id):
        after = _skills_after(entry.changes[member.id], before)
        if len(after) == len(before):
            # A renamed skill keeps its levels.
            for old, new in zip(before, after, strict=True):
                if old.name != new.name and old.name in levels_by_name:
                    levels_by_name[new.name] = levels_by_name.pop(old.name)
        for skill in after:
            levels = levels_by_name.setdefault(skill.name, [])
            if not levels or (levels[-1].level, levels[-1].manager) != (skill.level, skill.manager):
                levels.append(LevelOn(board.day_of(entry.at), skill.level, skill.manager))
        before = after
    return {skill.name: tuple(levels_by_name.get(skill.name, ())) for skill in member.skills}


def _skills_after(change: Change, before: tuple[Skill, ...]) -> tuple[Skill, ...]:
    """A member's skills after a commit, given those before it."""
    fields = change.after or {}
    if "skills" in fields:
        return msgspec.convert(fields["skills"], _SKILLS)  # type: ignore[no-any-return]
    # A field that is in neither `before` nor `after` has not changed.
    removed = change.before is None or "skills" in change.before
    return () if removed else before
