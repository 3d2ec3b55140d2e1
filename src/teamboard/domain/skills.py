"""How a member's skills have grown, read from the history."""

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
    """The level of a skill from a day on: the member's own view, and the manager's."""

    day: date
    level: Level | None
    manager: Level | None


def skill_history(board: Board, member: Member) -> dict[str, tuple[LevelOn, ...]]:
    """The levels of each skill that a member has, by its name, the oldest first; as far back as the history goes."""
    found: dict[str, list[LevelOn]] = {}
    before: tuple[Skill, ...] = ()
    for _, entry in history_of(board).touching(member.id):
        after = _skills_after(entry.changes[member.id], before)
        if len(after) == len(before):
            # A skill that is called otherwise now keeps what was known of it.
            for old, new in zip(before, after, strict=True):
                if old.name != new.name and old.name in found:
                    found[new.name] = found.pop(old.name)
        for skill in after:
            levels = found.setdefault(skill.name, [])
            if not levels or (levels[-1].level, levels[-1].manager) != (skill.level, skill.manager):
                levels.append(LevelOn(board.day_of(entry.at), skill.level, skill.manager))
        before = after
    return {skill.name: tuple(found.get(skill.name, ())) for skill in member.skills}


def _skills_after(change: Change, before: tuple[Skill, ...]) -> tuple[Skill, ...]:
    """A member's skills after a commit; a field that is on neither side has not changed."""
    fields = change.after or {}
    if "skills" in fields:
        return msgspec.convert(fields["skills"], _SKILLS)  # type: ignore[no-any-return]
    gone = change.before is None or "skills" in change.before
    return () if gone else before
