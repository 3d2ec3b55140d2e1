"""The values of a team file: days, moments and amounts, and the fields that there are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from teamboard.importers.team_schema import (
    Amount,
    Day,
    Moment,
    OneOnOneForm,
    RevisionForm,
    ShareOfPace,
    TeamFileForm,
    Weight,
    decode_hook,
)

LATE = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
"""Half past midnight of the 23rd in Madrid."""
MADRID = ZoneInfo("Europe/Madrid")
TEAM: dict[str, Any] = {
    "team": {"name": "Two", "timezone": "UTC", "period": {"name": "Q4", "starts": "today-9", "ends": "today+9"}},
    "members": [{"handle": "mara", "name": "Mara"}],
}


def read(kind: type, value: object) -> Any:
    """The value of a field of a kind, read late in the evening."""
    return decode_hook(LATE, MADRID, None)(kind, value).value


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("today", date(2026, 11, 23)),
        ("today-23", date(2026, 10, 31)),
        ("today + 39", date(2027, 1, 1)),
        ("2026-12-31", date(2026, 12, 31)),
        ("today 09:30", date(2026, 11, 23)),
        (date(9000, 1, 1), date(9000, 1, 1)),
        # A moment belongs to the day on which it falls where the team is.
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), date(2026, 11, 23)),
        (LATE.replace(tzinfo=None), date(2026, 11, 22)),
    ],
)
def test_days(written: object, expected: date) -> None:
    assert read(Day, written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("today", datetime(2026, 11, 23, 8, 0, tzinfo=UTC)),
        ("today-1 00:15", datetime(2026, 11, 21, 23, 15, tzinfo=UTC)),
        (date(2026, 7, 1), datetime(2026, 7, 1, 7, 0, tzinfo=UTC)),
        (LATE.replace(tzinfo=None), datetime(2026, 11, 22, 22, 30, tzinfo=UTC)),
        (datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=-5))), datetime(2026, 7, 1, 17, 0, tzinfo=UTC)),
    ],
)
def test_moments_are_where_the_team_is_and_kept_in_utc(written: object, expected: datetime) -> None:
    assert read(Moment, written) == expected


@pytest.mark.parametrize(("written", "expected"), [("812k", 812e3), ("-1.2M", -1.2e6), (3, 3.0), (0.5, 0.5)])
def test_amounts(written: object, expected: float) -> None:
    found = read(Amount, written)
    assert (type(found), found) == (float, expected)


@pytest.mark.parametrize("written", [0.7, 70, "0.7", "0,7", "70", "70 %", "70,0%"])
def test_a_share_of_the_pace_is_per_cent_or_a_ratio(written: object) -> None:
    assert read(ShareOfPace, written) == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("kind", "written", "says"),
    [
        (ShareOfPace, "nan", "'nan' is not a share of the pace; write 70 %, 70 or 0.7"),
        (ShareOfPace, -1, "> 0"),
        (Weight, "1,500", "can be read as"),
        (Weight, "heavy", "is not a number"),
        (Amount, True, "True is not a number"),
        (Amount, None, "None is not a number"),
        (Amount, "1,5x", "'1,5x' is not a number"),
        (Amount, "1,500", "'1,500' can be read as 1 500 or as 1.5: write one of these"),
        (Amount, 10**400, "too large"),
        (Amount, float("nan"), "too large, infinite or NaN"),
        (Day, 20261231, "20261231 is not a date"),
        (Day, "31.12.2026", "'31.12.2026' is not a date"),
        (Day, "today-99999", "is not a date"),
        (Day, date(9999, 12, 31), "must be between 1900-01-01 and 9000-01-01"),
        (Moment, date(1, 1, 1), "must be between"),
        (Moment, datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "must be between"),
        (Moment, datetime(1, 1, 1, tzinfo=UTC), "must be between"),
        (Moment, ["today"], "is not a date"),
    ],
)
def test_what_is_no_value_is_not_guessed(kind: type, written: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read(kind, written)


def converted(**more: Any) -> TeamFileForm:
    found = msgspec.convert({**TEAM, **more}, TeamFileForm, dec_hook=decode_hook(LATE, MADRID, None))
    assert isinstance(found, TeamFileForm)
    return found


def test_a_team_of_one_is_enough_and_the_rest_has_defaults() -> None:
    form = converted()
    assert (form.team.on_track.value, form.team.at_risk.value, form.team.cadence.check_in) == (0.9, 0.7, 7)
    assert form.team.working_days == ("mon", "tue", "wed", "thu", "fri")
    assert form.team.period is not None
    assert form.team.period.ends.value == date(2026, 12, 2)
    assert form.team.archive_after == "1y"
    assert (form.goals, form.check_ins, form.feedback, form.reviews) == ([], [], [], [])


@pytest.mark.parametrize("age", ["11y", "0m", "1y\n", "soon", 12, ""])
def test_an_age_that_is_none_is_refused(age: object) -> None:
    assert converted(team={**TEAM["team"], "archive_after": "120m"}).team.archive_after == "120m"
    with pytest.raises(msgspec.ValidationError, match=r"\$\.team\.archive_after"):
        converted(team={**TEAM["team"], "archive_after": age})


def test_from_is_a_field_of_the_file_where_python_has_none() -> None:
    revision = {"goal": "a", "day": "today", "reason": "market", "why": "Gone", "from": "today+8"}
    form = converted(
        revisions=[revision], feedback=[{"day": "today", "from": "mara", "to": "ana", "text": "[b]Good[/b]"}]
    )
    (found,) = form.revisions
    assert isinstance(found, RevisionForm)
    assert found.effective is not None
    assert found.effective.value == date(2026, 12, 1)
    assert (form.feedback[0].giver, form.feedback[0].text, form.feedback[0].kind) == ("mara", "[b]Good[/b]", "praise")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("members", [], "length >= 1"),
        ("goals", [{"key": "a", "owner": "mara", "title": "x", "wieght": 2}], "wieght"),
        ("goals", [{"key": "a", "owner": "mara", "title": "x", "weight": 0}], "> 0"),
        ("goals", [{"key": "a", "owner": "mara", "title": "x", "milestones": []}], "length >= 1"),
        ("growth", [{"member": "mara", "day": "today", "skill": "Calls", "level": 6}], "<= 5"),
        ("one_on_ones", [{"member": "mara", "day": "today", "topics": [{"theme": "weather", "text": "x"}]}], "weather"),
        ("check_ins", [{"goal": "a", "entries": [{"day": "today", "confidence": 11}]}], "<= 10"),
        ("sales", [], "unknown field `sales`"),
    ],
)
def test_what_a_file_may_not_have_is_refused(field: str, value: object, says: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=says):
        converted(**{field: value})


def test_forms_take_no_change() -> None:
    form = converted(one_on_ones=[{"member": "mara", "day": "today"}]).one_on_ones[0]
    assert isinstance(form, OneOnOneForm)
    with pytest.raises(AttributeError):
        form.member = "ana"  # type: ignore[misc]
