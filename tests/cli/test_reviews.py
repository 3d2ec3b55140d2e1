"""Reviews as processes: prepared by each side, shared, held, signed, exported; read by the two and by nobody else."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from teamboard.actions.base import Actor
from teamboard.domain.board_on_day import BoardOnDay
from teamboard.domain.commit_log import HistoryEntry
from teamboard.domain.ids import RecordId, number_of
from teamboard.domain.reviews.content import Agreed, Outcome
from teamboard.personal.age_encryption import Unreadable
from teamboard.services.review_session import ReviewSession
from teamboard.store.base import utc_now
from teamboard.store.file.store import FileStore
from teamboard.store.hash_chain import link_entry
from tests.cli.conftest import refused_and_unchanged
from tests.conftest import Run
from tests.helpers.nasty import AT_HAND, moving
from tests.helpers.reviewing import EVERY_SECRET, SECRETS, held, home, prepared, session_of, the_review


@pytest.fixture
def demo(run: Run, tmp_path: Path) -> FileStore:
    assert run("demo", "--board", "team.board.json").returncode == 0
    return FileStore(tmp_path / "team.board.json")


def test_nobody_sees_the_other_side_before_both_have_shared(demo: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, mara = session_of(demo, "ana", monkeypatch), session_of(demo, "mara", monkeypatch)
    board = demo.load()
    today = board.day_of(utc_now())
    demo.commit(ana.share(BoardOnDay(board, today), the_review(demo), prepared("ana")), Actor("ana"))
    review = the_review(demo)
    assert (review.prepared["ana"], review.revealed, review.state) == ("shared", (), "preparing")
    assert mara.others(review) is None
    with pytest.raises(Unreadable):
        # Not even somebody who takes it out of the file can read it.
        mara.others(msgspec.structs.replace(review, revealed=("ana",)))
    demo.commit(mara.share(BoardOnDay(demo.load(), today), review, prepared("mara")), Actor("mara"))
    review = the_review(demo)
    assert (review.state, review.revealed) == ("ready", ("mara",))
    assert ana.others(review) == prepared("mara")
    assert mara.others(review) is None
    for share in ana.reveals(BoardOnDay(demo.load(), today)):
        demo.commit(share, Actor("ana"))
    assert mara.others(the_review(demo)) == prepared("ana")
    assert list(ana.reveals(BoardOnDay(demo.load(), today))) == []


def test_on_the_day_what_one_side_has_shared_is_shown(demo: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, mara = session_of(demo, "ana", monkeypatch), session_of(demo, "mara", monkeypatch)
    board = demo.load()
    demo.commit(ana.share(BoardOnDay(board, board.day_of(utc_now())), the_review(demo), prepared("ana")), Actor("ana"))
    (share,) = ana.reveals(BoardOnDay(demo.load(), the_review(demo).on))
    later = FileStore(demo.path, clock=lambda: board.end_of(the_review(demo).on))
    later.commit(share, Actor("ana"))
    assert mara.others(the_review(demo)) == prepared("ana")


def test_no_third_member_can_read_a_byte(run: Run, demo: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    mara = held(demo, monkeypatch)
    ana = session_of(demo, "ana", monkeypatch)
    ana.drafts.save(the_review(demo), prepared("ana"))
    for signer in (ana, mara):
        demo.commit(signer.sign(demo.load(), the_review(demo)), Actor(signer.handle))
    demo.commit(mara.add(demo.load(), the_review(demo), SECRETS["both"][2]), Actor("mara"))
    session_of(demo, "ben", monkeypatch)
    # Every file that there is, the board, its lock, drafts and keys of all three.
    files = [path for place in (demo.real_path, os.environ["HOME"]) for path in _files(Path(place))]
    assert any("drafts" in str(path) for path in files)
    for path in files:
        content = path.read_bytes()
        assert not [secret for secret in EVERY_SECRET if secret.encode() in content], path
        if "keys" in path.parts or "drafts" in path.parts:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    # Every way in which anybody else can look at it.
    ben = home("ben")
    for arguments in (
        ["show"],
        ["show", "--json"],
        ["show", "--member", "ana"],
        ["log"],
        ["log", "--json"],
        ["due", "--json"],
        ["calendar"],
        ["review", "list"],
        ["pulse"],
    ):
        found = run(*arguments, **ben)
        assert found.returncode == 0, found.stderr
        assert not [secret for secret in EVERY_SECRET if secret in found.stdout + found.stderr]
    assert "signed the review of Ana Ruiz (R1)" in run("log").stdout
    for arguments in (["review", "hold", "R1"], ["review", "export", "R1"], ["review", "prep", "ben"]):
        found = run(*arguments, **ben)
        assert not [secret for secret in EVERY_SECRET if secret in found.stdout + found.stderr]
    refused = run("review", "export", "R1", **ben)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "only they can read it" in refused.stderr
    stolen = ReviewSession(demo.load(), "ana", keyring=ReviewSession(demo.load(), "ben").keyring)
    with pytest.raises(Unreadable) as error:
        stolen.outcome(the_review(demo))
    assert not [secret for secret in EVERY_SECRET if secret in str(error.value) + repr(error.value.__cause__)]


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]


def test_both_sign_and_nothing_changes_any_more(run: Run, demo: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = run("review", "sign", "R1", **home("ana"))
    assert "nothing to sign" in nothing.stderr
    mara = held(demo, monkeypatch)
    by_ana = run("review", "sign", "R1", **home("ana"))
    assert by_ana.stdout == "R1 is signed by ana.\n", by_ana.stderr
    assert "signed by ana already" in run("review", "sign", "R1", **home("ana")).stderr
    by_mara = run("review", "sign", "R1", **home("mara"))
    assert by_mara.stdout.splitlines()[0] == "R1 is signed by ana and mara."
    assert "The next one is due on " in by_mara.stdout
    back = run("undo", **home("mara"))
    assert (back.returncode, back.stdout) == (1, "")
    assert "R1 is signed" in back.stderr
    review = the_review(demo)
    assert review.state == "signed"
    assert mara.signature_state(demo.load(), review) == "whole"
    assert session_of(demo, "ana", monkeypatch).signature_state(demo.load(), review) == "whole"
    with pytest.raises(Exception, match="is signed"):
        demo.commit(mara.write(demo.load(), review, mara.outcome(review)), Actor("mara"))
    demo.commit(mara.add(demo.load(), review, "More\nlines"), Actor("mara"))
    assert list(session_of(demo, "ana", monkeypatch).additions(the_review(demo))) == [("mara", "More\nlines")]


def test_who_sits_at_the_others_terminal_signs_as_a_witness(
    run: Run, demo: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(demo, monkeypatch)
    assert run("review", "sign", "R1", "--witness", **home("mara")).returncode == 0
    (signature,) = the_review(demo).signatures
    assert (signature.by, signature.witnessed) == ("ana", "mara")
    assert run("review", "sign", "R1", **home("mara")).returncode == 0
    text = run("review", "export", "R1", **home("ana")).stdout
    assert "witnessed by Mara Lind" in text
    assert "signed the review of Ana Ruiz (R1) for Ana Ruiz, as witness" in run("log").stdout


def test_a_change_to_what_was_signed_is_shown(run: Run, demo: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    mara = held(demo, monkeypatch)
    assert run("review", "sign", "R1", **home("ana")).returncode == 0
    assert run("review", "sign", "R1", **home("mara")).returncode == 0
    assert "unchanged since it was signed" in run("review", "hold", "R1", **home("ana")).stdout
    # Somebody with one of the two keys, and an editor.
    board = demo.load()
    outcome = mara.outcome(the_review(demo)).with_agreed(Agreed(goal=RecordId("G13"), rating=1, words="otherwise"))
    forged = mara.write(board, the_review(demo), outcome).encrypted
    document = json.loads(Path(demo.path).read_text(encoding="utf-8"))
    document["reviews"]["1"]["outcome"] = forged
    Path(demo.path).write_text(json.dumps(document), encoding="utf-8")
    for member in ("ana", "mara"):
        assert "CHANGED AFTER IT WAS SIGNED" in run("review", "hold", "R1", **home(member)).stdout
    document["reviews"]["1"]["actions"][0]["text"] = "Nothing at all"
    Path(demo.path).write_text(json.dumps(document), encoding="utf-8")
    assert "CHANGED AFTER IT WAS SIGNED" in run("review", "hold", "R1", **home("ana")).stdout


def test_what_was_agreed_to_do_is_open_on_the_board(run: Run, demo: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    held(demo, monkeypatch)
    assert "Fifty names from the fair" in run("show", "--member", "mara").stdout
    assert run("one-on-one", "--done", "R1.1", **home("mara")).returncode == 0
    assert "Fifty names" not in run("show", "--member", "mara").stdout


class Page(HTMLParser):
    """A page's tags and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not [value for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_review_is_a_document_with_what_its_reader_may_see(
    run: Run, demo: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(demo, monkeypatch)
    html = run("review", "export", "R1", "--to", "html", **home("ana")).stdout
    page = Page(html)
    for text in (*SECRETS["ana"], *SECRETS["mara"], *SECRETS["both"][:2], "ratings 2 apart", "opinion", "[b]more[/b]"):
        assert text in page.text, text
    assert "As Ana Ruiz may see it" in page.text
    assert 'class="track"' in html
    assert "@page" in html
    markdown = run("review", "export", "R1", "--to", "md", **home("mara")).stdout
    assert "## G13 Discovery calls" in markdown
    assert "**Result so far**: €812k of €1.2M · at this pace €1." in markdown
    assert r"\[b\]more\[/b\]" in markdown
    whole = json.loads(run("review", "export", "R1", "--to", "json", **home("mara")).stdout)
    assert (whole["seen_by"], whole["seal"], whole["agreed"][0]["rating"]) == ("mara", "unsigned", 3)
    documented = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    goal = next(goal for goal in whole["goals"] if goal["goal"] == "G12")
    assert (goal["value"], goal["target"], goal["attainment"]) == (812_000, 1_200_000, 0.6767)
    assert goal["at_this_pace"] == json.loads(run("show", "--goal", "G12", "--json").stdout)["at_this_pace"]
    for name in (*whole, *whole["rep"], *whole["rep"]["ratings"][0], *whole["agreed"][0], *goal):
        assert f"`{name}`" in documented, name
    pdf = pdf_of(demo, "ana")
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) > 8_000


def pdf_of(store: FileStore, member: str) -> bytes:
    """A review as a PDF, from a process of its own."""
    command = [sys.executable, "-m", "teamboard", "review", "export", "R1", "--to", "pdf"]
    env = {**os.environ, **home(member)}
    return subprocess.run(command, cwd=Path(store.path).parent, env=env, capture_output=True, check=True).stdout


def test_text_of_a_review_is_text_in_every_document(run: Run, demo: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    mara = held(demo, monkeypatch)
    outcome = mara.outcome(the_review(demo))
    nasty = Outcome(
        salt=outcome.salt, agreed=(Agreed(goal=RecordId("G13"), words=AT_HAND),), summary=f"<script>{AT_HAND}"
    )
    demo.commit(mara.write(demo.load(), the_review(demo), nasty), Actor("mara"))
    for form in ("md", "html", "json"):
        found = run("review", "export", "R1", "--to", form, **home("ana"))
        assert found.returncode == 0, found.stderr
        assert moving(found.stdout) == [], form
    assert "script" not in Page(run("review", "export", "R1", "--to", "html", **home("ana")).stdout).tags
    assert moving(run("review", "hold", "R1", **home("ana")).stdout) == []
    assert pdf_of(demo, "ana").startswith(b"%PDF-")


# -- the command line


def test_a_review_is_prepared_on_the_evidence(run: Run, demo: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    found = run("review", "prep", "ana", **home("ana"), COLUMNS="120")
    assert found.returncode == 0, found.stderr
    for text in (
        "G12",
        "→ 68 %",
        "€812k of €1.2M · at this pace €1.",
        "call €1.15M",
        "F31",
        "Win rate 38 %",
        "Negotiation 1 → 3",
        "missing: 4 goals to rate",
    ):
        assert text in found.stdout, text
    ana = session_of(demo, "ana", monkeypatch)
    ana.drafts.save(the_review(demo), prepared("ana"))
    again = run("review", "prep", "ana", **home("ana"), COLUMNS="120").stdout
    assert SECRETS["ana"][0] in again
    assert "opinion" in again
    assert run("key", "new", **home("mara")).returncode == 0
    shared = run("review", "prep", "ana", "--share", **home("ana"))
    assert shared.stdout == "Your preparation of R1 is on the board, encrypted for you alone.\n", shared.stderr
    assert not ana.drafts.path(the_review(demo)).exists()
    assert "●○" in run("show", "--member", "ana").stdout


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["review", "prep", "mara", "--as", "mara"], "no review planned"),
        (["review", "prep", "ana", "--as", "ben"], "between ana and mara"),
        (["review", "hold", "R99", "--as", "ana"], "no review 'R99'"),
        (["review", "sign", "R1", "--as", "ben"], "only they can read it"),
        (["review", "prep", "ana"], "does not know you"),
        (["review", "schedule", "ana", "today+9", "--period", "Never", "--as", "mara"], "no period"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_bad_input_is_refused(run: Run, arguments: list[str], says: str) -> None:
    found = run(*arguments)
    assert (found.returncode, found.stdout) == (1, "")
    assert says in found.stderr, found.stderr
    assert found.stderr.count("\n") == 1


def test_a_review_of_an_earlier_period_keeps_the_board_readable(run: Run, demo: FileStore) -> None:
    at = ("--board", "team.board.json", "--as", "mara")
    assert run("review", "schedule", "ana", "today+7", "--period", "Last quarter", *at).returncode == 0
    stored = json.loads(Path(demo.path).read_bytes())["reviews"][str(number_of(the_review(demo).id))]["period"]
    assert sorted(stored) == ["ends", "name", "starts"]
    assert run("doctor", *at).returncode == 0
    assert run("undo", *at).returncode == 0


@pytest.fixture
def with_revision(run: Run, demo: FileStore) -> FileStore:
    """A board as version 0.1 left it: a review's period has the `revision` of an earlier one, in the history too."""
    at = ("--board", "team.board.json", "--as", "mara")
    assert run("review", "schedule", "ana", "today+7", "--period", "Last quarter", *at).returncode == 0
    path, review = Path(demo.path), the_review(demo)
    data = json.loads(path.read_bytes())
    revision = str(data["meta"]["1"]["revision"])
    data["reviews"][str(number_of(review.id))]["period"]["revision"] = 45
    data["history"][revision]["changes"][review.id]["after"]["period"]["revision"] = 45
    entry = msgspec.convert(data["history"][revision], HistoryEntry)
    entry = link_entry(data["history"][str(int(revision) - 1)]["hash"], int(revision), entry)
    data["history"][revision]["hash"] = data["meta"]["1"]["head"] = entry.hash
    tables = (
        f'"{name}": {{\n' + ",\n".join(f'"{n}": {json.dumps(d)}' for n, d in table.items()) + "\n}"
        for name, table in data.items()
    )
    path.write_text("{\n" + ",\n".join(tables) + "\n}\n")
    return demo


def test_a_board_with_a_stored_earlier_period_is_read_and_mended(run: Run, with_revision: FileStore) -> None:
    at = ("--board", "team.board.json", "--as", "mara")
    doctor = run("doctor", *at)
    assert (doctor.returncode, doctor.stderr) == (0, "")
    assert run("show", *at).returncode == 0
    assert run("review", "schedule", "ana", "today+8", *at).returncode == 0
    store = FileStore(with_revision.path)
    stored = json.loads(Path(store.path).read_bytes())["reviews"][str(number_of(the_review(store).id))]["period"]
    assert sorted(stored) == ["ends", "name", "starts"]
    assert run("doctor", *at).returncode == 0
    assert run("undo", *at).returncode == 0
    assert run("doctor", *at).returncode == 0


def test_the_commit_that_stored_an_earlier_period_is_taken_back(run: Run, with_revision: FileStore) -> None:
    at = ("--board", "team.board.json", "--as", "mara")
    assert run("undo", *at).returncode == 0
    period = the_review(FileStore(with_revision.path)).period
    assert period is not None
    assert period.name == "This quarter"
    assert run("doctor", *at).returncode == 0


def test_a_damaged_board_with_a_stored_earlier_period_is_mended(run: Run, with_revision: FileStore) -> None:
    path = Path(with_revision.path)
    path.write_bytes(path.read_bytes().removesuffix(b"\n}\n}\n"))
    done = run("doctor", "--fix", "--board", "team.board.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert run("doctor", "--board", "team.board.json").returncode == 0
    period = the_review(FileStore(path)).period
    assert period is not None
    assert period.name == "Last quarter"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["review", "schedule", "mara", "today", "--as", "mara"], 1, "no manager"),
        (["review", "schedule", "ana", "soon", "--as", "mara"], 1, "is not a date"),
        (["review", "schedule", "ana", "today+5", "--as", "mara"], 1, "already"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else str(v),
)
def test_a_review_that_can_not_be_scheduled_is_refused_with_nothing_written(
    run: Run, demo: FileStore, arguments: list[str], code: int, says: str
) -> None:
    refused_and_unchanged(run, Path(demo.path), arguments, code, says)
