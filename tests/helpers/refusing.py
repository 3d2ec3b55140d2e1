"""What is refused changes nothing, and says why in one line."""

from __future__ import annotations

import pytest

from teamboard.actions.base import Action, Actor
from teamboard.domain.errors import Refused
from tests.conftest import MARA, Maker


def refused(maker: Maker, action: Action, by: Actor = MARA) -> str:
    """The message with which an action is refused; fails if it is not, or if anything has changed."""
    before = maker.board
    with pytest.raises(Refused) as found:
        maker.do(action, by)
    assert maker.board is before
    message = str(found.value)
    assert "\n" not in message
    return message
