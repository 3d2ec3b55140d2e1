"""Opening screens: what the typed functions take is what the screens take, which are loaded by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from teamboard.ui import navigation

FORMS: dict[str, Callable[..., Any]] = {
    "away": navigation.away_form,
    "bring back": navigation.bring_back_lost,
    "bulk revise": navigation.bulk_revise_form,
    "career": navigation.career_form,
    "check in": navigation.check_in_form,
    "day": navigation.day_prompt,
    "filter": navigation.filter_line,
    "goal act": navigation.act_on_goal,
    "give feedback": navigation.give_feedback_form,
    "joining": navigation.joining_form,
    "leave": navigation.leave_form,
    "export": navigation.export_form,
    "new member": navigation.new_member_form,
    "number style": navigation.number_style_form,
    "rename": navigation.rename_form,
    "return": navigation.return_form,
    "new goal": navigation.new_goal_form,
    "next period": navigation.next_period_form,
    "period": navigation.period_form,
    "quick open": navigation.quick_open_commands,
    "review": navigation.open_review,
    "revise": navigation.revise_form,
    "skills": navigation.skill_form,
    "undo": navigation.undo_own_last,
}
RECORDS = {
    # `alignment_form` opens one or the other.
    "align": ["board", "goal"],
    "serve": ["board", "goal"],
    "alignment": [],
    "revision": ["revision_id"],
    "inbox": ["selected"],
    "keys": ["bindings", "legend"],
    "member": ["handle"],
    "one-on-one": ["handle"],
}


def parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    return [p for p in inspect.signature(function).parameters.values() if p.name != "self"]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_takes_what_navigation_takes(name: navigation.PartName) -> None:
    assert parameters(navigation.load_part(name)) == parameters(FORMS[name])


@pytest.mark.parametrize("name", RECORDS)
def test_a_screen_of_a_record_takes_its_id(name: navigation.PartName) -> None:
    assert [p.name for p in parameters(navigation.load_part(name))] == RECORDS[name]


@pytest.mark.parametrize("name", navigation.GLOBAL_SCREENS)
def test_a_global_screen_is_made_without_arguments(name: navigation.GlobalScreenName) -> None:
    assert type(navigation.make_screen(name)) is navigation.load_part(name)


def test_every_screen_is_opened_by_a_function_or_a_key() -> None:
    others = {"banner", "footer", "goal detail", "member order"}
    assert {*FORMS, *RECORDS, *navigation.GLOBAL_SCREENS, *others} == set(navigation.PARTS)
