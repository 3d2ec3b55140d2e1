"""Drafts: there again after a crash, readable by their author alone, one for each review."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest

from teamboard.domain.errors import NotFound
from teamboard.domain.ids import RecordId
from teamboard.domain.records import Review
from teamboard.domain.reviews.content import AgendaTopic, Preparation, Rating
from teamboard.personal.age_encryption import Unreadable, encrypt, new_key, public_part
from teamboard.personal.drafts import Drafts
from teamboard.personal.keyring import Keyring
from teamboard.personal.paths import drafts_folder

TODAY = date(2026, 11, 22)
REVIEW = Review(id=RecordId("R1"), member="ana", manager="mara", on=TODAY)
OTHER = Review(id=RecordId("R11"), member="ana", manager="mara", on=TODAY)
PREPARED = Preparation(
    ratings=(Rating(goal=RecordId("G1"), rating=4, comment="[b]strong[/b]\x1b[31m", evidence=("C1",)),),
    contribution="Zeile eins\nzwei 李",
    topics=(AgendaTopic(theme="skills", text="Negotiation"),),
)


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    found = Keyring("ana", "board-1", tmp_path / "keys")
    found.make()
    return found


@pytest.fixture
def drafts(keyring: Keyring, tmp_path: Path) -> Drafts:
    return Drafts(keyring, "ana", "board-1", tmp_path / "drafts")


def test_what_was_saved_is_there_again_word_for_word(drafts: Drafts) -> None:
    assert drafts.load(REVIEW) is None
    drafts.save(REVIEW, Preparation(contribution="first"))
    drafts.save(REVIEW, PREPARED)
    assert drafts.load(REVIEW) == PREPARED


def test_no_word_of_it_is_in_the_file_which_is_the_authors_alone(drafts: Drafts, tmp_path: Path) -> None:
    drafts.save(REVIEW, PREPARED)
    path = drafts.path(REVIEW)
    assert path == tmp_path / "drafts" / "board-1" / "R1-ana.age"
    content = path.read_bytes()
    assert content.startswith(b"-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert not any(word.encode() in content for word in ("strong", "Negotiation", "contribution"))
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    assert list(path.parent.iterdir()) == [path]


def test_each_review_member_and_board_has_its_own(drafts: Drafts, keyring: Keyring, tmp_path: Path) -> None:
    drafts.save(REVIEW, PREPARED)
    assert drafts.load(OTHER) is None
    assert Drafts(keyring, "ana", "board-2", tmp_path / "drafts").load(REVIEW) is None
    assert Drafts(keyring, "mara", "board-1", tmp_path / "drafts").load(REVIEW) is None


def test_a_draft_that_is_dropped_is_gone_and_may_be_dropped_again(drafts: Drafts) -> None:
    drafts.save(REVIEW, PREPARED)
    drafts.save(OTHER, PREPARED)
    drafts.drop(REVIEW)
    drafts.drop(REVIEW)
    assert drafts.load(REVIEW) is None
    assert drafts.load(OTHER) == PREPARED


def test_an_older_key_of_ones_own_still_opens_it(drafts: Drafts, keyring: Keyring) -> None:
    drafts.save(REVIEW, PREPARED)
    keyring.renew(TODAY)
    keyring.renew(TODAY)
    assert drafts.load(REVIEW) == PREPARED


def test_the_key_of_somebody_else_does_not_open_it(drafts: Drafts) -> None:
    drafts.save(REVIEW, PREPARED)
    drafts.path(REVIEW).write_text(encrypt(PREPARED, [public_part(new_key())]))
    with pytest.raises(Unreadable) as error:
        drafts.load(REVIEW)
    assert "teamboard key restore" in str(error.value)
    assert "Negotiation" not in str(error.value)


def test_without_a_key_nothing_is_kept(tmp_path: Path) -> None:
    drafts = Drafts(Keyring("ana", "board-1", tmp_path / "keys"), "ana", "board-1", tmp_path / "drafts")
    with pytest.raises(NotFound, match="teamboard key renew"):
        drafts.save(REVIEW, PREPARED)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"words", b"-----BEGIN AGE ENCRYPTED FILE-----\n\n", b"\x00" * 9])
def test_a_damaged_draft_is_one_line_and_stays(drafts: Drafts, content: bytes) -> None:
    drafts.save(REVIEW, PREPARED)
    drafts.path(REVIEW).write_bytes(content)
    with pytest.raises(Unreadable) as error:
        drafts.load(REVIEW)
    assert "\n" not in str(error.value)
    assert drafts.path(REVIEW).read_bytes() == content


def test_drafts_are_in_the_persons_own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert drafts_folder() == tmp_path / "teamboard" / "drafts"
