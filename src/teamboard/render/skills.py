"""Skills, career and balance as lines, skills as JSON, and what a commit changed in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from rich.cells import cell_len

from teamboard.domain.commit_log import Change
from teamboard.domain.feedback import BALANCE_DAYS
from teamboard.domain.pulse import Balance
from teamboard.domain.records import THEMES, Career, Member, Skill
from teamboard.domain.sanitize import one_line, shell_command
from teamboard.domain.skills import LevelOn
from teamboard.render.line_layout import Line, Span, fit, wrapped

LevelHistory = Mapping[str, tuple[LevelOn, ...]]
BAR_CELLS = 12
_SKILLS_TYPE: Any = tuple[Skill, ...]


def skill_levels(skill: Skill) -> Line:
    """A skill's level against its target: `●●●○·  3, target 4`."""
    level = skill.level or 0
    signs = "●" * level + "○" * max(skill.target - level, 0)
    own_level = f"  {skill.level or '—'}, target {skill.target}"
    manager_level = f", manager says {skill.manager}" if skill.manager is not None else ""
    return ((signs + "·" * (5 - len(signs)), "accent"), (own_level + manager_level, "dim"))


def describe_level_history(levels: tuple[LevelOn, ...]) -> str:
    """How a skill's own level changed: `2 → 3 on 12 Nov 2026`; empty if it did not. Levels are oldest first."""
    own_levels = [on for i, on in enumerate(levels) if on.level and (i == 0 or on.level != levels[i - 1].level)]
    if len(own_levels) < 2:
        return ""
    return " → ".join(str(on.level) for on in own_levels) + f" on {own_levels[-1].day:%d %b %Y}"


def skill_lines(member: Member, history_by_skill: LevelHistory, room: int, indent: str = "  ") -> Iterator[Line]:
    """Each skill with its level and target, the history of its level, and what would show the next level."""
    cells = min(max((cell_len(one_line(s.name)) for s in member.skills), default=0), room // 2)
    for skill in member.skills:
        levels = skill_levels(skill)
        yield ((f"{indent}{fit(skill.name, cells)}  ", "text"), *levels)
        history = describe_level_history(history_by_skill.get(skill.name, ()))
        if history:
            yield ((f"{indent}  ", ""), (f"▲ {history}", "on-track"))
        if skill.next:
            for piece in wrapped(f"next: {skill.next}", room - len(indent)):
                yield ((f"{indent}  ", ""), (piece, "dim"))


def career_lines(career: Career, room: int, indent: str = "  ") -> Iterator[Line]:
    """A member's aspiration and next step, wrapped to `room` cells."""
    for piece in wrapped(career.aspiration, room):
        yield ((indent, ""), (piece, "text"))
    if career.next_step:
        for piece in wrapped(f"next: {career.next_step}", room):
            yield ((indent, ""), (piece, "dim"))


def balance_lines(feedback: Balance, topics: Balance, indent: str = "  ") -> Iterator[Line]:
    """The themes of feedback and one-on-ones in the last 90 days as bars; a warning if all were about pipeline."""
    counts = [*msgspec.structs.astuple(feedback), *msgspec.structs.astuple(topics)]
    most = max(counts, default=0)
    if not most:
        yield ((f"{indent}no feedback and no one-on-one in {BALANCE_DAYS} days", "dim"),)
        return
    yield ((f"{indent}{'':<14}{'feedback':<{BAR_CELLS + 5}}1:1 topics", "dim"),)
    for theme in (*THEMES, "other"):
        left, right = getattr(feedback, theme), getattr(topics, theme)
        if theme == "other" and not left + right:
            continue
        spans: list[Span] = [(f"{indent}{theme:<14}", "text")]
        for count in (left, right):
            cells = max(round(count / most * BAR_CELLS), 1) if count else 0
            spans += [("━" * cells, "accent"), (f"{' ' if cells else ''}{count}".ljust(BAR_CELLS + 5 - cells), "dim")]
        yield tuple(spans)
    only_pipeline = [
        label for label, balance in (("feedback", feedback), ("one-on-ones", topics)) if balance.pipeline_alone
    ]
    if only_pipeline:
        yield ((f"{indent}{' and '.join(only_pipeline)}: pipeline alone", "warn"),)


def describe_change(change: Change) -> str:
    """What a commit changed in a member's skills or career, as the predicate of a sentence; empty if nothing."""
    fields_before, fields_after = change.before or {}, change.after or {}
    parts: list[str] = []
    if "skills" in fields_before or "skills" in fields_after:
        old_skills = {s.name: s for s in _skills_in(fields_before)}
        new_skills = {s.name: s for s in _skills_in(fields_after)}
        parts += [
            _describe_skill_change(old_skills.get(name), skill)
            for name, skill in new_skills.items()
            if old_skills.get(name) != skill
        ]
        parts += [f"took {name} off the skills" for name in old_skills if name not in new_skills]
    career = fields_after.get("career")
    if isinstance(career, dict):
        parts.append(f"wants: {career.get('aspiration', '')}")
        if career.get("next_step"):
            parts.append(f"next: {career['next_step']}")
    return ", ".join(parts)


def _skills_in(fields: Mapping[str, object]) -> tuple[Skill, ...]:
    """The skills in the fields of a commit."""
    return msgspec.convert(fields.get("skills", ()), _SKILLS_TYPE)  # type: ignore[no-any-return]


def _describe_skill_change(before: Skill | None, after: Skill) -> str:
    """What changed in one skill; `before` is None for a new one."""
    if before is None:
        level = after.level or after.manager
        return f"put down {after.name} at {level}, target {after.target}"
    if after.level != before.level:
        verb = "raised" if (after.level or 0) > (before.level or 0) else "lowered"
        return f"{verb} {after.name} {before.level or '—'} → {after.level or '—'}"
    if after.manager != before.manager:
        return f"sees {after.name} at {after.manager}" + (f", was {before.manager}" if before.manager else "")
    if after.target != before.target:
        return f"set the target of {after.name} to {after.target}"
    return f"said what would show the next level of {after.name}"


def growth_lines(member: Member, history_by_skill: LevelHistory, width: int) -> Iterator[Line]:
    """A member's skills and career for the command line."""
    yield ((f" {one_line(member.name)}", "strong"),)
    yield ()
    yield ((" Skills", "strong"),)
    yield from skill_lines(member, history_by_skill, max(width - 4, 20), "   ")
    if not member.skills:
        yield ((f"   none yet; {shell_command('skill', member.handle, 'Negotiation', '--level', 2)}", "dim"),)
    yield ()
    yield ((" Career", "strong"),)
    if member.career:
        yield from career_lines(member.career, max(width - 4, 20), "   ")
    else:
        yield ((f"   nothing yet; {shell_command('career', member.handle, '--aspiration', '…')}", "dim"),)


def growth_json(member: Member, history_by_skill: LevelHistory) -> dict[str, Any]:
    """A member's skills, each with its levels over time, and their career, as JSON values."""
    skills = [
        {**msgspec.to_builtins(s), "levels": msgspec.to_builtins(history_by_skill.get(s.name, ()))}
        for s in member.skills
    ]
    return {"member": member.handle, "skills": skills, "career": msgspec.to_builtins(member.career)}
