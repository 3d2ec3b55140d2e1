"""A member's skills with their levels, and the career plan: aspiration and next step."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from teamboard.actions.base import Actor, find_member, require
from teamboard.domain.board import Board, Changes
from teamboard.domain.errors import Conflict, NotFound, Refused
from teamboard.domain.handles import display_name
from teamboard.domain.records import Career, Member, Skill
from teamboard.domain.sanitize import clean_line, clean_text
from teamboard.domain.verbs import VerbName

HIGHEST = 5
MOST_SKILLS = 40


class SetSkill(Struct, frozen=True, kw_only=True):
    """Add a skill to a member, or change it; with `remove`, remove it.

    `level` is the member's own rating if the member acts, and the manager's if the manager does. What is not given
    stays; the target of a new skill is the next level. `seen` is the skill that the person was looking at (None if
    the member did not have it); leave it unset to change the newest state.
    """

    verb: ClassVar[VerbName] = "set a skill"

    member: str
    name: str
    level: int | None = None
    target: int | None = None
    next: str | None = None
    rename: str = ""
    remove: bool = False
    seen: Skill | UnsetType | None = UNSET

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = find_member(board, self.member)
        actor = require(board, by, self.verb, member)
        name = clean_line(self.name, "The skill's name", required=True)
        before = skill_of(member, name)
        if self.seen is not UNSET and before != self.seen:
            raise Conflict(
                f"{before.name if before else name} of {display_name(board, member)} was changed while you typed.",
                member,
            )
        if self.remove:
            if before is None:
                raise NotFound(f"{display_name(board, member)} has no skill {name!r}.")
            rest = tuple(s for s in member.skills if s != before)
            return {member.id: msgspec.structs.replace(member, skills=rest)}
        after = self._changed(before, name, own=actor.handle == member.handle)
        if before is None:
            if len(member.skills) >= MOST_SKILLS:
                raise Refused(f"{display_name(board, member)} has {MOST_SKILLS} skills already: remove one first.")
            return {member.id: msgspec.structs.replace(member, skills=(*member.skills, after))}
        if after == before:
            raise Refused(f"Nothing about {before.name} would change.")
        other = skill_of(member, after.name)
        if other is not None and other != before:
            raise Refused(f"{display_name(board, member)} has a skill {other.name!r} already.")
        skills = tuple(after if s == before else s for s in member.skills)
        return {member.id: msgspec.structs.replace(member, skills=skills)}

    def _changed(self, before: Skill | None, name: str, *, own: bool) -> Skill:
        for level in (self.level, self.target):
            if level is not None and not 1 <= level <= HIGHEST:
                raise Refused("A level must be from 1 to 5.")
        if before is None:
            if self.level is None:
                raise Refused(f"Say the level of {name}, from 1 to 5.")
            target = min(self.level + 1, HIGHEST) if self.target is None else self.target
            before = Skill(name=name, level=None, target=target)
        level = self.level if own and self.level is not None else before.level
        manager = self.level if not own and self.level is not None else before.manager
        return clean_skill(
            Skill(
                name=self.rename or before.name,
                level=level,
                target=before.target if self.target is None else self.target,
                manager=manager,
                next=before.next if self.next is None else self.next,
            )
        )


class PlanCareer(Struct, frozen=True, kw_only=True):
    """Set what a member wants to become, and the next step; what is not given stays.

    `seen` is the plan that the person was looking at; leave it unset to change the newest one.
    """

    verb: ClassVar[VerbName] = "plan a career"

    member: str
    aspiration: str | None = None
    next_step: str | None = None
    seen: Career | UnsetType | None = UNSET

    def __call__(self, board: Board, by: Actor, at: datetime) -> Changes:
        member = find_member(board, self.member)
        require(board, by, self.verb, member)
        if self.seen is not UNSET and member.career != self.seen:
            raise Conflict(f"The career of {display_name(board, member)} was changed while you typed.", member)
        before = member.career or Career(aspiration="")
        after = clean_career(
            Career(
                aspiration=before.aspiration if self.aspiration is None else self.aspiration,
                next_step=before.next_step if self.next_step is None else self.next_step,
            )
        )
        if after == member.career:
            raise Refused(f"Nothing about the career of {display_name(board, member)} would change.")
        return {member.id: msgspec.structs.replace(member, career=after)}


def skill_of(member: Member, name: str) -> Skill | None:
    """The member's skill of a name, in any case, or None."""
    return next((s for s in member.skills if s.name.casefold() == name.casefold()), None)


def clean_skill(skill: Skill) -> Skill:
    """The skill with its texts cleaned. Raises Refused if its name is missing or a text is too long."""
    return msgspec.structs.replace(
        skill,
        name=clean_line(skill.name, "The skill's name", required=True),
        next=clean_text(skill.next, "What would show the next level"),
    )


def clean_career(career: Career) -> Career:
    """The career with its texts cleaned. Raises Refused if the aspiration is missing or a text is too long."""
    return Career(
        aspiration=clean_text(career.aspiration, "The aspiration", required=True),
        next_step=clean_text(career.next_step, "The next step"),
    )
