"""Who is acting: by name, by seat, by login, by settings; and who is only named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from teamboard.actions.base import Actor
from teamboard.actions.team import ChangeMember
from teamboard.domain.board import Board
from teamboard.domain.errors import NotFound, Refused
from teamboard.services.acting import find_actor, full_name, is_own_member, local_actor, os_host, os_login
from tests.conftest import Maker


@pytest.fixture(autouse=True)
def nobody_set(tmp_path: Path) -> Iterator[None]:
    """No settings, and nobody named in the environment."""
    with patch.dict("os.environ", {"XDG_CONFIG_HOME": str(tmp_path), "TEAMBOARD_MEMBER": ""}):
        yield


def with_settings(folder: Path, member: str) -> None:
    (folder / "teamboard").mkdir()
    (folder / "teamboard" / "config.yaml").write_text(f"member: {member}\n", encoding="utf-8")


def with_login(maker: Maker, member: str) -> Board:
    return maker.do(ChangeMember(handle=member, logins=(os_login(),)))


def test_a_member_who_is_named_acts_with_the_login_of_this_machine(maker: Maker) -> None:
    assert find_actor(maker.board, named="ana", seat=None) == Actor("ana", os_login(), os_host())
    with pytest.raises(NotFound):
        find_actor(maker.board, named="zoe", seat=None)


def test_the_environment_names_whom_no_option_names(maker: Maker) -> None:
    with patch.dict("os.environ", {"TEAMBOARD_MEMBER": "ben"}):
        assert find_actor(maker.board, named=None, seat=None).member == "ben"
        assert find_actor(maker.board, named="ana", seat=None).member == "ana"


def test_a_login_goes_before_the_settings(maker: Maker, tmp_path: Path) -> None:
    with_settings(tmp_path, "ben")
    assert find_actor(maker.board, named=None, seat=None).member == "ben"
    assert find_actor(with_login(maker, "ana"), named=None, seat=None).member == "ana"


@pytest.mark.parametrize("member", ["zoe", "''"])
def test_settings_that_name_no_member_of_the_board_name_nobody(maker: Maker, tmp_path: Path, member: str) -> None:
    with_settings(tmp_path, member)
    assert find_actor(maker.board, named=None, seat=None) == local_actor()


def test_a_seat_is_who_acts_and_nobody_else(maker: Maker) -> None:
    assert find_actor(maker.board, named=None, seat="ana").member == "ana"
    assert find_actor(maker.board, named="ana", seat="ana").member == "ana"
    with pytest.raises(Refused, match="knows you as ana, not as ben"):
        find_actor(maker.board, named="ben", seat="ana")


def test_only_login_settings_or_seat_make_a_member_one_s_own(maker: Maker, tmp_path: Path) -> None:
    ana, ben = local_actor("ana"), local_actor("ben")
    assert not is_own_member(maker.board, ana, seat=None)
    assert not is_own_member(maker.board, local_actor(), seat=None)
    assert is_own_member(maker.board, ana, seat="ana")
    assert not is_own_member(with_login(maker, "ana"), ana, seat="ben")
    assert is_own_member(maker.board, ana, seat=None)
    with_settings(tmp_path, "ben")
    assert is_own_member(maker.board, ben, seat=None)


def test_without_the_system_s_list_of_users_the_environment_has_the_login() -> None:
    with patch("teamboard.services.acting.pwd", None), patch.dict("os.environ", {"USERNAME": "", "USER": "ana.ruiz"}):
        assert os_login() == "ana.ruiz"
        assert full_name() == ""
